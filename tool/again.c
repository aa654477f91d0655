/*
 * again: see again.h.
 */
#include "again.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "launch.h"
#include "sched/sched.h"
#include "trace/digest.h"

/* ---- the first ---- */

/* Of the findings kept back, each id once, in whatever order. */
static uint64_t findings_digest(const struct worker *worker)
{
    char(*ids)[REPORT_ID] = calloc(worker->findings_count + 1, sizeof *ids);
    uint64_t digest = 0;
    size_t count = 0;
    CHECK_MSG(ids, "out of memory");
    for (size_t i = 0; i < worker->findings_count; i++) {
        const struct proto_record *record = worker->findings[i];
        size_t same = 0;
        if (!report_identify(worker->session->report, record, record->size, ids[count]))
            continue;
        while (strcmp(ids[same], ids[count]) != 0)
            same++;
        if (same < count)
            continue;
        digest += digest_add(DIGEST_INITIAL, ids[count], strlen(ids[count]));
        count++;
    }
    free(ids);
    return digest;
}

void again_begin(struct again *again, const struct worker *worker)
{
    failure_take(&again->first, worker);
    again->key = failure_key(worker, &again->first);
    again->findings = findings_digest(worker);
}

void again_done(struct again *again)
{
    failure_done(&again->first);
}

/* ---- one replay ---- */

/* The first step, from 0, that differs; or the number of steps, if none does. */
static uint32_t steps_compare(const struct worker *worker, const struct failure *first)
{
    const struct trace_event *steps = worker->block->trace;
    uint32_t count = worker->block->answer.steps, step = 0;
    while (step < first->count && step < count &&
           trace_same_step(&first->steps[step], &steps[step]))
        step++;
    return step;
}

static void steps_tell(uint64_t number, const struct failure *first, uint32_t step)
{
    const struct trace_event *event = &first->steps[step];
    if (step < first->count)
        tool_say("replay %llu differs from the first at step %u: there task %u was to %s",
                 (unsigned long long)number, step + 1, event->task + 1,
                 event->kind < SCHED_KINDS ? trace_words(event->kind) : "go on");
    else
        tool_say("replay %llu differs from the first: it goes on after step %u",
                 (unsigned long long)number, step);
}

static void end_tell(uint64_t number, const struct failure *now, const struct failure *first)
{
    if (now->outcome != first->outcome)
        tool_say("replay %llu ended with \"%s\" instead of \"%s\" after the same steps",
                 (unsigned long long)number, failure_words(now->outcome),
                 failure_words(first->outcome));
    else
        tool_say("replay %llu took the same steps, but what was found is not the same",
                 (unsigned long long)number);
}

/* Is the worker's last run, replay `number`, the same? `tell`: what is not. */
static bool replay_same(const struct again *again, const struct worker *worker, uint64_t number,
                        bool tell)
{
    struct again now;
    again_begin(&now, worker);
    const struct failure *first = &again->first;
    uint32_t step = steps_compare(worker, first);
    bool steps = step == first->count && step == now.first.count;
    bool ends = now.key == again->key && now.findings == again->findings &&
                now.first.answer.output == first->answer.output;
    if (!steps && tell)
        steps_tell(number, first, step);
    else if (!ends && tell)
        end_tell(number, &now.first, first);
    again_done(&now);
    return steps && ends;
}

/* ---- all of them ---- */

enum stop { STOP_NOT, STOP_ASKED, STOP_DIED, STOP_FULL };

static const char *const stop_words[] = {
    [STOP_NOT] = "",
    [STOP_ASKED] = "; interrupted",
    [STOP_DIED] = "; the program cannot be started again",
    [STOP_FULL] = "; there is no room for more findings",
};

static enum stop replay_run(struct worker *worker)
{
    worker_findings_drop(worker);
    if (!worker_run(worker))
        return STOP_DIED;
    if (launch_interrupted())
        return STOP_ASKED;
    return atomic_load(&worker->session->journal.control->records_lost) ? STOP_FULL : STOP_NOT;
}

bool again_run(const struct again *again, struct worker *worker, const struct schedule *schedule,
               uint64_t times)
{
    uint64_t done = 1, same = 1;
    enum stop stop = STOP_NOT;
    memcpy(worker->block->plan, schedule->steps, schedule->steps_count * sizeof *schedule->steps);
    while (done < times && (stop = replay_run(worker)) == STOP_NOT) {
        bool tell = same == done; /* one is told */
        done++;
        same += replay_same(again, worker, done, tell);
    }
    worker_findings_drop(worker);
    tool_say("%llu of %llu replays took the same steps and found the same%s",
             (unsigned long long)same, (unsigned long long)times, stop_words[stop]);
    return same == done && stop <= STOP_ASKED;
}
