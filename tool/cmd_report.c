/*
 * racerun report FILE...: reports that were written in JSON, merged and told again in any format.
 * With --baseline it is the difference to an earlier one. racerun supp is the same in one format.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "tool.h"

static int line_add(struct session *session, const char *path, unsigned number, const char *line,
                    size_t size, struct report_totals *totals)
{
    char *error = NULL;
    if (report_add_line(session->report, line, size, totals, &error) >= 0)
        return 0;
    tool_say("%s:%u: %s", path, number, error ? error : "it cannot be read");
    free(error);
    return EXIT_TOOL;
}

static int file_add(struct session *session, const char *path)
{
    struct report_totals totals = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    int code = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return tool_fail("cannot read %s: %s", path, strerror(errno));
    for (unsigned number = 1; !code && (size = getline(&line, &room, file)) > 0; number++)
        code = line_add(session, path, number, line, (size_t)size, &totals);
    if (ferror(file))
        code = tool_fail("cannot read %s: %s", path, strerror(errno));
    else if (!code && !totals.complete)
        tool_say("%s has no summary at its end: whoever wrote it was interrupted", path);
    fclose(file);
    free(line);
    return code;
}

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
    int code = session_output(session);
    if (!code)
        code = session_report(session);
    for (char **file = session->argv; *file && !code; file++)
        code = file_add(session, *file);
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
