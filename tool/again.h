/*
 * again: `racerun replay --times=N`: the replays after the first, each compared with that one.
 *
 * They are the same when they took the same steps (who, what, on which object, from where, with
 * which outcome, after the same past), ended in the same way with the same words, wrote the same if
 * that counts, and the detector found the same.
 */
#ifndef RACERUN_TOOL_AGAIN_H
#define RACERUN_TOOL_AGAIN_H

#include "failure.h"
#include "trace/schedule.h"

struct again {
    struct failure first;   /* the first replay */
    uint64_t key, findings; /* its failure_key; what the detector found, by ids */
};

/* Takes the worker's last run as the first replay, before its findings are reported. */
void again_begin(struct again *again, const struct worker *worker);
void again_done(struct again *again);

/* Carries out the worker's command, to replay `schedule`, until that was replayed `times` times,
 * the first included, and says how often it was the same. False: not always. */
bool again_run(const struct again *again, struct worker *worker, const struct schedule *schedule,
               uint64_t times);

#endif
