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

/* ---- random programs ---- */

static uint64_t address_of(uint32_t kind, uint32_t which)
{
    static const uint64_t bases[SCHED_KINDS] = {
        [SCHED_LOCK] = MUTEX,       [SCHED_TRYLOCK] = MUTEX,   [SCHED_UNLOCK] = MUTEX,
        [SCHED_CONSISTENT] = MUTEX, [SCHED_SIGNAL] = COND,     [SCHED_BROADCAST] = COND,
        [SCHED_SEM_WAIT] = SEM,     [SCHED_SEM_TRYWAIT] = SEM, [SCHED_SEM_POST] = SEM,
    };
    return bases[kind] ? bases[kind] + 16 * (uint64_t)which : 0;
}

static void add_plain(struct program *program, int code, uint64_t *rng)
{
    static const uint16_t kinds[] = {
        SCHED_LOCK,        SCHED_LOCK,     SCHED_TRYLOCK,    SCHED_UNLOCK,
        SCHED_UNLOCK,      SCHED_SIGNAL,   SCHED_BROADCAST,  SCHED_SEM_WAIT,
        SCHED_SEM_TRYWAIT, SCHED_SEM_POST, SCHED_CONSISTENT, SCHED_YIELD,
    };
    uint16_t kind = kinds[rng_below(rng, sizeof kinds / sizeof kinds[0])];
    struct instruction now = {.kind = kind, .address = address_of(kind, rng_below(rng, 2))};
    bool mutex = kind == SCHED_LOCK || kind == SCHED_TRYLOCK || kind == SCHED_UNLOCK;
    if (mutex && now.address == MUTEX + 16)
        now.flags = program->bare ? SCHED_RECURSIVE : SCHED_ROBUST;
    if ((kind == SCHED_LOCK || kind == SCHED_SEM_WAIT) && rng_below(rng, 4) == 0)
        now.delay = 1 + rng_below(rng, 3);
    add(program, code, now);
}

static void add_memory(struct program *program, int code, uint64_t *rng)
{
    int cell = (int)rng_below(rng, 3);
    struct instruction *now;
    switch (rng_below(rng, 4)) {
    case 0:
        now = ADD_LOAD(program, code, cell);
        break;
    case 1:
        now = ADD_STORE(program, code, cell, 1);
        break;
    case 2:
        now = ADD_ACCESS(program, code, UPDATE, cell, .effect = EFFECT_ADD, .value = 1);
        break;
    default:
        now = ADD_ACCESS(program, code, UPDATE, cell, .flags = SCHED_CONDITIONAL,
                         .effect = EFFECT_SWAP, .value = 2);
    }
    if (now->kind == SCHED_WRITE && rng_below(rng, 3) == 0)
        now->count = 8; /* the next cell too, and perhaps the next word */
}

/* A rwlock is unlocked only by who has it. */
static void add_rwlock(struct program *program, int code, uint64_t *rng)
{
    static const uint16_t kinds[] = {SCHED_RDLOCK, SCHED_TRYRDLOCK, SCHED_WRLOCK, SCHED_TRYWRLOCK};
    uint16_t kind = kinds[rng_below(rng, 4)];
    uint64_t address = RWLOCK + 16 * (uint64_t)rng_below(rng, 2);
    bool waits = kind == SCHED_RDLOCK || kind == SCHED_WRLOCK;
    int at = program->codes[code].length;
    add(program, code,
        (struct instruction){.kind = kind,
                             .address = address,
                             .flags = address == RWLOCK ? 0 : SCHED_PREFER_WRITER,
                             .delay = waits && rng_below(rng, 3) == 0 ? 2 : 0,
                             .branch = BRANCH_FAILED,
                             .target = at + 2});
    ADD(program, code, RWUNLOCK, address, 0);
}

static void add_wait(struct program *program, int code, uint64_t *rng)
{
    uint64_t delay = rng_below(rng, 3) == 0 ? 2 : 0;
    ADD(program, code, LOCK, MUTEX, 0);
    ADD(program, code, WAIT, COND, 0, .mutex = MUTEX);
    int at = program->codes[code].length;
    ADD(program, code, WAKE, COND, 0, .mutex = MUTEX, .delay = delay, .branch = BRANCH_FAILED,
        .target = at); /* who gave up takes the mutex by a second one */
}

/* Who completes the phase goes by. */
static void add_barrier(struct program *program, int code)
{
    int at = program->codes[code].length;
    ADD(program, code, ARRIVE, BARRIER, 0, .count = 2, .branch = BRANCH_FAILED, .target = at + 2);
    ADD(program, code, LEAVE, BARRIER, 0);
}

/* 1: run the routine and end it; else go by. */
static void add_once(struct program *program, int code)
{
    int at = program->codes[code].length;
    ADD(program, code, ONCE_BEGIN, ONCE, 0, .branch = BRANCH_FAILED, .target = at + 2);
    add(program, code,
        (struct instruction){.kind = SCHED_YIELD, .branch = BRANCH_ALWAYS, .target = at + 3});
    ADD(program, code, ONCE_END, ONCE, 0, .count = 1);
}

static void add_several(struct program *program, int code, uint64_t *rng)
{
    switch (rng_below(rng, 5)) {
    case 0:
        add_wait(program, code, rng);
        break;
    case 1:
        add_barrier(program, code);
        break;
    case 2:
        add_once(program, code);
        break;
    default:
        add_rwlock(program, code, rng);
    }
}

static void add_rest(struct program *program, int code, uint64_t *rng)
{
    switch (rng_below(rng, 3)) {
    case 0:
        add(program, code, (struct instruction){.kind = SCHED_SLEEP, .delay = 2});
        break;
    case 1:
        add(program, code, (struct instruction){.kind = SCHED_CHOOSE, .count = 2});
        break;
    default: /* waits for a cell that others may set */
        add(program, code, (struct instruction){.kind = SCHED_EXTERNAL, .address = 9, .cell = 0});
    }
}

static void program_draw(struct program *program, uint64_t *rng)
{
    *program = (struct program){.name = "random", .bare = rng_below(rng, 4) != 0};
    int tasks = 2 + (int)rng_below(rng, 2);
    int ops = program->bare ? (tasks == 2 ? 5 : 3) : 2;
    int first = program->bare ? 0 : 1;
    for (int code = first; code < first + tasks; code++)
        while (program->codes[code].length < ops) {
            uint32_t what = rng_below(rng, 10);
            if (what < 4)
                add_plain(program, code, rng);
            else if (what < 7)
                add_memory(program, code, rng);
            else if (what < 9)
                add_several(program, code, rng);
            else
                add_rest(program, code, rng);
        }
    if (!program->bare)
        for (int i = 0; i < tasks; i++)
            add(program, 0,
                (struct instruction){.kind = SCHED_YIELD, .effect = EFFECT_SPAWN, .value = i + 1});
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
