/*
 * plan: a program explored by lib/explore.
 */
#include "model.h"

#include <stdlib.h>

#include "base/rng.h"

/* Names the execution by its steps in their order. */
static uint64_t steps_hash(const struct model *model)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < sched_steps(model->sched); i++)
        hash = rng_mix(hash + (uint64_t)model->events[i].task * RNG_GOLDEN +
                       model->events[i].outcome + 1);
    return hash;
}

static enum explore_end end_of(const struct model *model, enum sched_verdict verdict)
{
    return verdict == SCHED_ASLEEP     ? EXPLORE_END_ASLEEP
           : verdict == SCHED_TOO_LONG ? EXPLORE_END_LONG
           : model->ended              ? EXPLORE_END_ABORTED
                                       : EXPLORE_END_ITSELF;
}

struct planned plan_explore(const struct program *program, struct model_options options,
                            struct explore_config config, uint64_t executions_max,
                            struct set64 *traces, struct set64 *canons)
{
    struct model *model = model_new(program, options);
    config.steps_max = options.steps_max ? options.steps_max : MODEL_STEPS;
    config.tasks_max = MODEL_TASKS;
    config.spurious_max = options.spurious_max;
    struct explore *explore = explore_create(&config);
    struct planned result = {0};
    struct set64 *steps = set64_new();
    enum sched_verdict verdict;
    uint64_t executions = 0;
    bool more;
    do {
        struct sched_plan plan = {0};
        explore_plan(explore, &plan);
        verdict = model_run(model, &plan);
        if (verdict == SCHED_DIVERGED)
            abort();
        if (verdict != SCHED_ASLEEP) {
            bool new = set64_add(traces, sched_trace_hash(model->sched));
            result.deadlocks += new && !model_finished(model);
            result.repeated += !new;
            result.again += !set64_add(steps, steps_hash(model));
            if (canons)
                set64_add(canons, canon_of(model));
        }
        more = explore_next(explore, model->sched, end_of(model, verdict));
    } while (more && ++executions < executions_max);
    result.complete = !more;
    result.stats = explore_stats(explore);
    set64_free(steps);
    explore_destroy(explore);
    model_free(model);
    return result;
}
