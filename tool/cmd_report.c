/*
 * racerun report FILE...: reports that were written in JSON, merged and told again in any format.
 * With --baseline it is the difference to an earlier one. racerun supp is the same in one format.
 */
#include <string.h>

#include "reports.h"
#include "tool.h"

/* What the reader of a difference also wants to know. */
static void gone_say(const struct session *session)
{
    unsigned gone = report_gone(session->report);
    if (gone)
        tool_say("%u findings of the baseline are not in %s", gone,
                 session->argv[1] ? "these reports" : "this report");
}

static int report(struct session *session, const char *format)
{
    if (!session->argv[0])
        return tool_fail("which report? A file that was written with --format=json");
    if (format)
        session->settings.format = format;
    if (strcmp(session->settings.log_path, "stderr") == 0)
        session->settings.log_path = "stdout"; /* it is the output of this command */
    int code = 0;
    for (char **file = session->argv; *file && !code; file++)
        code = session_keep(session, *file);
    if (!code)
        code = session_output(session);
    if (!code)
        code = session_report(session);
    for (char **file = session->argv; *file && !code; file++)
        code = reports_add(session, *file);
    if (code)
        return code;
    report_finish(session->report);
    gone_say(session);
    int error = report_write_error(session->report);
    if (error)
        tool_say("cannot write to %s: %s", session->settings.log_path, strerror(error));
    if (report_findings(session->report) && !format)
        return (int)session->settings.exit_code;
    return error ? EXIT_TOOL : 0;
}

static int report_open(int argc, char **argv, const char *format)
{
    static struct session session;
    int index;
    int code = session_settings(&session, argc, argv, &index);
    session.argv = argv + index;
    if (code == SESSION_READY)
        code = report(&session, format);
    session_close(&session);
    return code;
}

int cmd_report(int argc, char **argv)
{
    return report_open(argc, argv, NULL);
}

int cmd_supp(int argc, char **argv)
{
    return report_open(argc, argv, "supp");
}
