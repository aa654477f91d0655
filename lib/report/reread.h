/*
 * reread: a line of the JSON format read back: the finding that every other format can tell again,
 * and what stands beside findings (README.md, JSON). It is how reports of several runs become one.
 *
 * A report may be old, cut or not ours at all: what is missing counts as unknown, what is of the
 * wrong type as missing, and a line of another version is refused.
 */
#ifndef RACERUN_REPORT_REREAD_H
#define RACERUN_REPORT_REREAD_H

#include "report/finding.h"
#include "report/report.h"

enum reread_kind {
    REREAD_FINDING,
    REREAD_NOTICE,
    REREAD_SCHEDULE,
    REREAD_TEST,
    REREAD_SUMMARY,
    REREAD_OTHER, /* of a younger racerun, and not for us */
};

struct reread {
    enum reread_kind kind;
    struct finding finding; /* REREAD_FINDING; number as it was */
    const char *program;    /* NULL unknown */
    const char *test;       /* REREAD_FINDING: that found it, or NULL */
    const char *text;       /* REREAD_NOTICE */
    struct report_schedule schedule;
    struct report_test result; /* REREAD_TEST */
    struct report_totals totals;
};

/* Strings live in `arena`. 0, or -EINVAL and *ret_error is what is wrong (a part of a sentence), in
 * `arena`, too. */
int reread_line(struct arena *arena, const char *line, size_t size, struct reread *ret_reread,
                const char **ret_error);

#endif
