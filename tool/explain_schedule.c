/*
 * explain_schedule: see explain_schedule.h.
 */
#include "explain_schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identify.h"
#include "proto/explore.h"
#include "trace/schedule.h"

enum { RUNS_SHOWN = 40, KINDS_SHOWN = 4 };

bool explain_is_schedule(const char *path)
{
    static const char first[] = "racerun schedule ";
    char begin[sizeof first - 1];
    FILE *file = fopen(path, "re");
    bool is_one =
        file && fread(begin, sizeof begin, 1, file) == 1 && memcmp(begin, first, sizeof begin) == 0;
    if (file)
        fclose(file);
    return is_one;
}

/* NULL, or what is wrong with it. */
static const char *schedule_load(const char *text, struct schedule *ret_schedule)
{
    *ret_schedule = (struct schedule){0};
    if (schedule_is_token(text))
        return schedule_from_token(text, ret_schedule);
    FILE *file = fopen(text, "re");
    if (!file)
        return strerror(errno);
    const char *wrong = schedule_read(file, ret_schedule);
    fclose(file);
    return wrong;
}

/* ---- which program ---- */

/* Bytes that a terminal would obey are shown as '?'. */
static void text_put(const char *text)
{
    for (; *text; text++)
        putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

static const char *build_words(const struct schedule *schedule)
{
    char id[SCHEDULE_BUILD_ID];
    if (!*schedule->build_id)
        return "of a build that has no id";
    if (!schedule->program || access(schedule->program, R_OK) < 0)
        return "not found from here";
    identify_build(schedule->program, id, sizeof id);
    return strcmp(id, schedule->build_id) == 0
               ? "the one that is there"
               : "not the one that is there: it cannot be replayed with that";
}

static void program_put(const struct schedule *schedule)
{
    printf("  program   ");
    text_put(schedule->program ? schedule->program
                               : "not in a token: name it, racerun replay TOKEN PROGRAM");
    for (uint32_t i = 0; i < schedule->arguments_count; i++) {
        putchar(' ');
        text_put(schedule->arguments[i]);
    }
    printf("\n  build     %.12s, %s\n", *schedule->build_id ? schedule->build_id : "?",
           build_words(schedule));
}

static void settings_put(const struct schedule *schedule)
{
    static const char *const visible[] = {"sync", "atomic", "race", "all"};
    printf("  settings  --visible=%s --spurious=%u --time-choices=%s --max-steps=%u",
           schedule->visible < 4 ? visible[schedule->visible] : "?", schedule->spurious_max,
           schedule->time_choices ? "yes" : "no", schedule->steps_max);
    if (schedule->expect_exit != TRACE_NONE)
        printf(" --expect-exit=%u", schedule->expect_exit);
    if (schedule->output)
        printf(" --same-output");
    if (schedule->body && *schedule->body)
        printf(", a function of the program in place of main (rrun_explore)");
    printf("\n");
}

/* ---- the steps ---- */

static uint32_t run_end(const struct schedule *schedule, uint32_t at)
{
    uint32_t end = at + 1;
    while (end < schedule->steps_count && schedule->steps[end].task == schedule->steps[at].task)
        end++;
    return end;
}

static void totals_put(const struct schedule *schedule)
{
    uint32_t tasks = 0, runs = 0;
    for (uint32_t at = 0; at < schedule->steps_count; at = run_end(schedule, at)) {
        runs++;
        if (schedule->steps[at].task >= tasks)
            tasks = schedule->steps[at].task + 1;
    }
    printf("  steps     %u, of %u task%s, %u switch%s between them\n", schedule->steps_count, tasks,
           tasks == 1 ? "" : "s", runs ? runs - 1 : 0, runs == 2 ? "" : "es");
}

static void run_put(const struct schedule *schedule, uint32_t at, uint32_t end)
{
    printf("  %6u  task %-3u takes %u step%s", at + 1, schedule->steps[at].task + 1, end - at,
           end - at == 1 ? "" : "s");
    for (uint32_t i = at; i < end && i < at + KINDS_SHOWN; i++)
        if (schedule->steps[i].kind < SCHED_KINDS)
            printf("%s %s", i == at ? ":" : ",", trace_words(schedule->steps[i].kind));
    printf("%s\n", end - at > KINDS_SHOWN ? ", ..." : "");
}

static void steps_put(const struct schedule *schedule)
{
    uint32_t runs = 0;
    for (uint32_t at = 0, end; at < schedule->steps_count; at = end) {
        end = run_end(schedule, at);
        if (runs++ == RUNS_SHOWN) {
            printf("     ...  %u more steps\n", schedule->steps_count - at);
            return;
        }
        run_put(schedule, at, end);
    }
}

/* ---- the whole ---- */

static void finding_put(const struct session *session, const struct schedule *schedule)
{
    const char *nearest;
    struct report_look look = session_look(session, session->out_fd);
    printf("\n");
    fflush(stdout);
    if (!*schedule->finding)
        printf("What it leads to is not in a token: replay it.\n");
    else if (strcmp(schedule->finding, "finding") == 0)
        printf(
            "It leads to a finding of the detector, such as a data race: racerun explain ID tells "
            "which, with the id in the file's name.\n");
    else if (!report_explain_kind(schedule->finding, look.width, look.color, stdout, &nearest))
        printf("It leads to: %s\n", schedule->finding);
}

int explain_schedule(const struct session *session, const char *text)
{
    struct schedule schedule;
    const char *wrong = schedule_load(text, &schedule);
    bool token = schedule_is_token(text);
    if (wrong) {
        schedule_done(&schedule);
        return token ? tool_fail("the token cannot be used: %s", wrong)
                     : tool_fail("%s cannot be used: %s", text, wrong);
    }
    printf("racerun: a schedule that leads to: %s\n\n",
           *schedule.finding ? schedule.finding : "what it was written for");
    program_put(&schedule);
    settings_put(&schedule);
    totals_put(&schedule);
    printf("  replay    racerun replay %s%s\n\n", text, token ? " PROGRAM" : "");
    steps_put(&schedule);
    finding_put(session, &schedule);
    schedule_done(&schedule);
    return 0;
}
