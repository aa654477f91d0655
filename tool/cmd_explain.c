/*
 * racerun explain ID|NUMBER|KIND|TOKEN|FILE [REPORT...]: what a finding means, why nothing orders
 * it and what to do; of a schedule which program it is of and how it goes.
 *
 * Findings are looked for in the reports that are named, in JSON, else in the record of the last
 * run that found anything (record.h). Exit status 0, or 125 when there is nothing to explain.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "explain_schedule.h"
#include "record.h"
#include "reports.h"
#include "session.h"
#include "tool.h"
#include "trace/schedule.h"

enum { EXPLAINED_MAX = 50 }; /* of all that a report holds, unless --max-findings says otherwise */

static bool is_id(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= 8 && strspn(text, "0123456789abcdef") == length;
}

/* ---- findings ---- */

/* `only` NULL: all that are in the reports. */
static int findings_explain(struct session *session, char **files, const char *only)
{
    char *last = *files ? NULL : record_path();
    char *of_last[] = {last, NULL};
    session->only = only;
    if (!only && !session->settings.findings_max)
        session->settings.findings_max = EXPLAINED_MAX;
    if (!*files && !last)
        return tool_fail("explain what? There is no record of a last run (no home folder); name a "
                         "report: racerun explain ID REPORT.json");
    if (!*files && access(last, R_OK) < 0) {
        int code = tool_fail("no run has found anything yet (%s: %s); name a report: racerun "
                             "explain ID REPORT.json",
                             last, strerror(errno));
        free(last);
        return code;
    }
    int code = session_report(session);
    for (char **file = *files ? files : of_last; *file && !code; file++)
        code = reports_add(session, *file);
    if (code || report_findings(session->report)) {
        free(last);
        if (!only)
            report_finish(session->report); /* says how many were left out */
        return code;
    }
    const char *id, *other = report_other(session->report, &id);
    const char *where = *files ? *files : "the last run that found anything";
    if (other)
        code = tool_fail("no finding '%s' in %s; did you mean %s (%s)?", only, where, id, other);
    else
        code = tool_fail("there is no finding in %s", where);
    free(last);
    return code;
}

/* ---- kinds ---- */

/* Is it one? Then it has been told; else *ret_nearest is the nearest. */
static bool kind_explain(const struct session *session, const char *word, const char **ret_nearest)
{
    struct report_look look = session_look(session, session->out_fd);
    return report_explain_kind(word, look.width, look.color, stdout, ret_nearest);
}

static int usage(void)
{
    tool_say("explain what? racerun explain ID|KIND|TOKEN|FILE [REPORT.json...]; the kinds are:");
    for (size_t i = 0; report_kind_name(i); i++)
        fprintf(stderr, "    %s\n", report_kind_name(i));
    return EXIT_TOOL;
}

/* ---- what it is ---- */

static int word_explain(struct session *session, char **words)
{
    const char *word = *words[0] == '#' ? words[0] + 1 : words[0], *nearest;
    if (schedule_is_token(word))
        return explain_schedule(session, word);
    if (access(words[0], F_OK) == 0 && explain_is_schedule(words[0]))
        return explain_schedule(session, words[0]);
    if (is_id(word))
        return findings_explain(session, words + 1, word);
    /* Before files: a test is easily called `deadlock`, and is no report. */
    if (kind_explain(session, words[0], &nearest))
        return 0;
    if (access(words[0], F_OK) == 0)
        return findings_explain(session, words, NULL);
    return tool_fail("'%s' is no finding's id, no token, no file and no kind of finding; did you "
                     "mean '%s'?",
                     words[0], nearest);
}

int cmd_explain(int argc, char **argv)
{
    static struct session session;
    int index;
    int code = session_settings(&session, argc, argv, &index);
    if (code == SESSION_READY && index == argc)
        code = usage();
    if (code == SESSION_READY) {
        session.settings.format = "explain";
        session.settings.log_path = "stdout";
        code = session_output(&session);
        if (!code)
            code = word_explain(&session, argv + index);
    }
    session_close(&session);
    return code;
}
