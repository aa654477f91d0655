/*
 * failure: a schedule that fails: confirmed by running it again, minimised, written as a file.
 */
#ifndef RACERUN_TOOL_FAILURE_H
#define RACERUN_TOOL_FAILURE_H

#include "campaign.h"

struct failure {
    uint32_t outcome;             /* enum explore_outcome */
    uint64_t schedule;            /* its number in the search */
    struct explore_answer answer; /* of the run of these steps */
    uint32_t count;
    struct trace_event *steps;
    uint32_t places_count;
    uint64_t *places; /* accesses that were scheduling points, by address in the program's file */
    /* What failure_note noted; NULL: it was not watched, or did not fail again. */
    struct explore_moment *moments; /* of the steps */
    struct report_sight *sights;
    uint32_t sights_count;
    bool strands; /* it leaves goroutines that nobody can wake */
};

/* Of the answer that the worker gave last. */
void failure_take(struct failure *failure, const struct worker *worker);
void failure_done(struct failure *failure);

/* Equal for failures that are taken for the same one: the outcome, its words, where the tasks of a
 * deadlock stand. Right after failure_take. */
uint64_t failure_key(const struct worker *worker, const struct failure *failure);

/* Runs the steps again. Does it fail in the same way? */
bool failure_confirm(struct worker *worker, const struct failure *failure);
/* Does it write and return the same again, whether or not it fails? */
bool failure_writes_again(struct worker *worker, const struct failure *failure);
/* Looks for a schedule that fails in the same way with fewer switches between tasks; *failure is
 * the best that was found.
 * What is shared with the program is of another one: watch or confirm it. */
void failure_minimize(struct worker *worker, struct failure *failure);

/* Runs the steps once more and notes what telling them needs; what is shared with the program is
 * of this run then. Findings that were kept back are dropped. False: it did not fail again. */
bool failure_watch(struct worker *worker, struct failure *failure);

/* Of a run with command.tells, right after failure_take and before its findings are dropped. */
void failure_note(struct failure *failure, const struct worker *worker);

/* Is it one of the tasks that a deadlock holds? `worker` shares what is of this run. */
bool failure_holds(const struct worker *worker, const struct failure *failure, uint32_t task);

/* Switches from one task to another. */
uint32_t failure_switches(const struct failure *failure);

/* Writes NAME-ID.rrs into the folder --out, or NAME-ID-2.rrs ... if a different one is there. The
 * path and the token, to be freed; NULL after telling why not. */
char *failure_write(const struct worker *worker, const struct failure *failure, const char *id,
                    char **ret_token);

/* "deadlock" */
const char *failure_words(uint32_t outcome);

#endif
