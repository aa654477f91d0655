/*
 * model_random: random programs over every kind of operation, enumerated without any reduction.
 *   - what the scheduler keeps up to date equals its recomputation after every step;
 *   - trace hashes and canonical forms (canon.c) of all executions go together one to one;
 *   - under every strategy only what is possible is done, the same seed does the same again, and
 *     the recorded trace replays to the same trace, operation by operation.
 * Environment: MODEL_SEED and MODEL_PROGRAMS override the defaults; a failure prints the seed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "build.h"

enum { PROGRAMS_DEFAULT = 2000, EXECUTIONS_MAX = 4000 };

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static struct model_options options_draw(uint64_t *rng)
{
    return (struct model_options){.spurious_max = rng_below(rng, 3) == 0,
                                  .time_choices = rng_below(rng, 2),
                                  .profile = rng_below(rng, 2)};
}

/* ---- what must hold ---- */

static uint64_t enumerated;

static void check_hashes(uint64_t seed)
{
    uint64_t rng = seed;
    struct program program;
    program_draw(&program, &rng);
    struct model_options options = {.spurious_max = rng_below(&rng, 3) == 0};
    struct enumeration found = enumerate(&program, options, EXECUTIONS_MAX, false);
    enumerated += found.complete;
    ck_assert_msg(found.traces == found.canons,
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: %llu hashes, %lld canonical forms",
                  (unsigned long long)seed, (unsigned long long)found.traces,
                  (long long)found.canons);
}

/* The world outside is no part of a trace, so prefixes with the same hash may differ in it. */
static bool asks_outside(const struct program *program)
{
    for (int code = 0; code < program->codes_count; code++)
        for (int i = 0; i < program->codes[code].length; i++)
            if (program->codes[code].instructions[i].kind == SCHED_EXTERNAL)
                return true;
    return false;
}

/* Bare executions that are pruned have the same traces. */
static void check_pruning(uint64_t seed)
{
    uint64_t rng = seed;
    struct program program;
    program_draw(&program, &rng);
    if (!program.bare || asks_outside(&program))
        return;
    struct enumeration whole =
        enumerate(&program, (struct model_options){0}, EXECUTIONS_MAX, false);
    struct enumeration pruned =
        enumerate(&program, (struct model_options){0}, EXECUTIONS_MAX, true);
    ck_assert_msg(!whole.complete || whole.traces == pruned.traces, "MODEL_SEED=%llu",
                  (unsigned long long)seed);
}

struct record {
    enum sched_verdict verdict;
    uint32_t steps;
    uint64_t hash;
    struct trace_event events[600];
};

static void record_run(struct model *model, const struct sched_plan *plan, struct record *record)
{
    record->verdict = model_run(model, plan);
    record->steps = sched_steps(model->sched);
    record->hash = sched_trace_hash(model->sched);
    ck_assert(record->steps <= 600);
    memcpy(record->events, model->events, record->steps * sizeof *record->events);
    for (uint32_t i = 0; i < record->steps; i++)
        record->events[i].choices = 0;
}

static void check_same(const struct record *a, const struct record *b, uint64_t seed,
                       const char *what)
{
    ck_assert_msg(a->verdict == b->verdict && a->steps == b->steps && a->hash == b->hash &&
                      !memcmp(a->events, b->events, a->steps * sizeof *a->events),
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: %s", (unsigned long long)seed, what);
}

static void check_strategy(const struct program *program, struct model_options options,
                           uint32_t strategy, uint64_t seed)
{
    static struct record first, again, replayed;
    struct model *one = model_new(program, options), *two = model_new(program, options);
    one->checked = true;
    for (uint32_t i = 0; i < 4; i++) {
        struct sched_plan plan = {
            .strategy = strategy, .parameter = i, .seed = seed + i, .steps_expected = i * 10};
        record_run(one, &plan, &first);
        record_run(two, &plan, &again);
        check_same(&first, &again, seed, strategy_name(strategy));
    }
    struct sched_plan plan = {.events = first.events, .events_count = first.steps};
    record_run(one, &plan, &replayed);
    check_same(&first, &replayed, seed, "replay");
    model_free(one);
    model_free(two);
}

static void check_strategies(uint64_t seed)
{
    uint64_t rng = seed;
    struct program program;
    program_draw(&program, &rng);
    struct model_options options = options_draw(&rng);
    options.steps_max = 600;
    check_strategy(&program, options, (uint32_t)(seed % 12), seed);
}

static void for_programs(void (*check)(uint64_t seed))
{
    uint64_t seed = setting("MODEL_SEED", 1), count = setting("MODEL_PROGRAMS", PROGRAMS_DEFAULT);
    for (uint64_t i = 0; i < count; i++)
        check(seed + i);
}

START_TEST(hashes_and_canonical_forms_go_together)
{
    for_programs(check_hashes);
    printf("%llu programs enumerated completely\n", (unsigned long long)enumerated);
}
END_TEST

START_TEST(pruning_loses_no_trace)
{
    for_programs(check_pruning);
}
END_TEST

START_TEST(executions_replay_and_seeds_repeat_under_every_strategy)
{
    ck_assert(strategy_name(11) && !strategy_name(12));
    for_programs(check_strategies);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_random");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, hashes_and_canonical_forms_go_together);
    tcase_add_test(tests, pruning_loses_no_trace);
    tcase_add_test(tests, executions_replay_and_seeds_repeat_under_every_strategy);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
