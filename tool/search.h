/*
 * search: which schedules are run, by whom, and when enough is enough.
 *
 * Workers take numbers by themselves, below a limit that is ours (proto/explore.h): the end of the
 * round, or the first schedule that failed. A failing schedule waits, and its worker with it, until
 * all of smaller numbers have ended; so failures are judged in the order of their numbers, whoever
 * runs them. A worker that dies gives back the number that it had taken.
 */
#ifndef RACERUN_TOOL_SEARCH_H
#define RACERUN_TOOL_SEARCH_H

#include "failure.h"
#include "output.h"

struct search {
    struct campaign campaign;
    struct explore_command command;     /* what workers are told */
    uint64_t schedules;                 /* to run: numbers below it */
    uint64_t begin;                     /* the first number; not 0: it goes on (checkpoint.h) */
    uint64_t round;                     /* numbers below it may be taken */
    bool exhaustive;                    /* the worker plans until it says that all is explored */
    bool alone_if_needed;               /* nobody asked for so many workers */
    bool alone;                         /* one at a time: schedules would disturb each other */
    bool disturbance_told;              /* that they might, where several were asked for */
    uint64_t lost[EXPLORE_WORKERS_MAX]; /* numbers of workers that died */
    uint32_t lost_count;
    bool mourned[EXPLORE_WORKERS_MAX];
    struct failure expected;       /* with --same-output: the run that others are compared with, */
    struct output expected_output; /* if it has steps */
    uint64_t first;                /* number of the first that failed, from 1; 0 = none */
    unsigned findings;
    const char *reason;
    char *proved;   /* of a search that deepens and ended before everything was explored, or NULL */
    uint64_t *keys; /* of the failures so far */
    size_t keys_count;
};

/* A schedule has failed: true when it counts as a finding. */
typedef bool search_judge_fn(struct search *search, struct worker *worker);

/* From an open campaign and a command to search->reason. */
void search_run(struct search *search, search_judge_fn *judge);

#endif
