/*
 * readback: reports that were written before (JSON lines) are added to this one. What they number
 * is numbered anew, and what both know is told once.
 */
#include <stdlib.h>
#include <string.h>

#include "report/inside.h"
#include "report/report.h"
#include "report/reread.h"

/* Its number there and here. Within one report numbers ascend. */
static void renumber_note(struct report *report, uint32_t there, uint32_t here)
{
    struct renumber *all = report->renumber;
    if (report->renumber_count && there <= all[report->renumber_count - 1].there)
        report->renumber_count = 0;
    all = report->renumber = memory_grow(all, report->renumber_count, sizeof *all);
    all[report->renumber_count++] = (struct renumber){there, here};
}

/* What it shows was numbered anew, and perhaps not printed at all. */
static void add_reread_schedule(struct report *report, struct report_schedule *schedule)
{
    unsigned first = 0, last = 0;
    for (size_t i = 0; i < report->renumber_count; i++) {
        const struct renumber *one = &report->renumber[i];
        if (one->there < schedule->first || one->there > schedule->last || !one->here)
            continue;
        first = first ? first : one->here;
        last = one->here;
    }
    schedule->first = first;
    schedule->last = last;
    if (first)
        report_schedule_add(report, schedule);
}

static int add_reread_finding(struct report *report, struct reread *line)
{
    const char *before = report->test;
    if (!report->context.program && line->program)
        report->context.program = arena_string(&report->arena, line->program);
    if (!before)
        report->test = line->test ? line->test : line->program;
    uint32_t there = line->finding.number;
    int printed = report_finding_add(report, &line->finding);
    renumber_note(report, there, printed ? line->finding.number : 0);
    report->test = before;
    return printed;
}

static int add_reread(struct report *report, struct reread *line, struct report_totals *ret_totals)
{
    switch (line->kind) {
    case REREAD_FINDING:
        if (ret_totals)
            ret_totals->findings++; /* the summary may be missing */
        return add_reread_finding(report, line);
    case REREAD_NOTICE:
        report_notice_add(report, line->text);
        return 0;
    case REREAD_SCHEDULE:
        add_reread_schedule(report, &line->schedule);
        return 0;
    case REREAD_TEST:
        report_test_end(report, &line->result);
        return 0;
    case REREAD_SUMMARY:
        if (ret_totals)
            *ret_totals = line->totals;
        return 0;
    case REREAD_OTHER:
        break;
    }
    return 0;
}

int report_add_line(struct report *report, const char *line, size_t size,
                    struct report_totals *ret_totals, char **ret_error)
{
    struct arena arena = {0};
    struct reread reread;
    const char *wrong;
    int result = reread_line(&arena, line, size, &reread, &wrong);
    if (result < 0) {
        if (ret_error)
            *ret_error = strdup(wrong);
    } else {
        report->context.arena = &arena;
        result = add_reread(report, &reread, ret_totals);
        report->context.arena = NULL;
    }
    arena_done(&arena);
    return result;
}
