/*
 * schedule: a schedule as a file (racerun-schedule(5)) and as a token of one line.
 *
 * The file is text: a header of `key value` lines, one line a step (task, operation, outcome,
 * object), and a checksum. The token holds what a replay needs and no more: the settings, who runs
 * how long, and the outcomes that are not 0, in base64url with a checksum; kinds and objects are
 * not in it, so a replay from a token notices a foreign program by the build id alone.
 *
 * For the tool: uses libc. One schedule belongs to one thread.
 */
#ifndef RACERUN_TRACE_SCHEDULE_H
#define RACERUN_TRACE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "trace/event.h"

enum { SCHEDULE_BUILD_ID = 41, SCHEDULE_KIND = 32 };
#define SCHEDULE_UNSAID UINT32_MAX

struct schedule {
    char *program;    /* as the user typed it; NULL in a token's */
    char **arguments; /* of it, without argv[0] */
    uint32_t arguments_count;
    char *body;                       /* what runs in place of main; NULL or "" = main */
    char build_id[SCHEDULE_BUILD_ID]; /* hexadecimal; "" = it has none */
    char finding[SCHEDULE_KIND];      /* what it leads to: "deadlock" */
    uint32_t visible, spurious_max, time_choices, steps_max, expect_exit;
    /* What counts as a failure, and how much freed memory is held back: the options' values. */
    uint32_t leaks, unstopped, release_cxx20;
    uint32_t misuse;     /* SCHEDULE_UNSAID in schedules of before these two were recorded: */
    uint64_t quarantine; /* so is this */
    uint64_t output;     /* digest of what it writes and returns; 0 = none */
    uint64_t seed_program;
    uint32_t places_count;
    uint64_t *places; /* accesses that are operations, by address in the program's file */
    uint32_t steps_count;
    struct trace_event *steps; /* task, kind, outcome, object; a token's kinds are SCHED_KINDS */
};

/* 0 or a positive errno. */
int schedule_write(const struct schedule *schedule, FILE *file);
/* The token; the caller frees. NULL when memory is out. */
char *schedule_token(const struct schedule *schedule);

/*
 * Both fill *ret_schedule, which is released by schedule_done also after a failure. NULL, or a
 * sentence about what is wrong with the text (static).
 */
const char *schedule_read(FILE *file, struct schedule *ret_schedule);
const char *schedule_from_token(const char *token, struct schedule *ret_schedule);
/* Does it look like a token, whether or not it is a good one? */
bool schedule_is_token(const char *text);

void schedule_done(struct schedule *schedule);

#endif
