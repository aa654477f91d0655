/*
 * sched_fair: a task that only waits for others does not keep them from going on, under any
 * strategy.
 */
#include "sched_fixture.h"

static const char *const strategies[] = {"steady", "random", "pct",      "pos", "surw", "rff",
                                         "fcfs",   "rr",     "priority", "sjn", "srt",  "mlq"};

/* A task spins by `kind` until the others took `needed` steps each: that must come to pass. */
static void expect_progress(const char *strategy, uint16_t kind, uint32_t needed)
{
    uint32_t others[4] = {0}, went, done = 0;
    begin_with((struct sched_config){0}, strategy, 4);
    sched_task_hint(sched, 0, 100, 1);
    struct sched_op spin = {.kind = kind, .address = X, .pc = 9, .deadline = SCHED_NEVER};
    if (kind == SCHED_TRYLOCK)
        DO(3, 0, LOCK, .address = X);
    sched_pend(sched, 0, &spin);
    for (uint32_t i = 1; i < 4; i++)
        PEND(i, WRITE, .address = X + 64 * i, .count = 4);
    while (done < 3) {
        ck_assert_msg(sched_step(sched, &went) == SCHED_GO, "%s: kind %d starves the others",
                      strategy, kind);
        if (went == 0) {
            if (kind == SCHED_SLEEP)
                spin.deadline = sched_clock(sched) + 1;
            sched_pend(sched, 0, &spin);
        } else if (++others[went] < needed) {
            PEND(went, WRITE, .address = X + 64 * went, .count = 4);
        } else {
            done++;
        }
    }
}

START_TEST(no_strategy_lets_a_spinning_task_starve_the_others)
{
    for (unsigned i = 0; i < sizeof strategies / sizeof strategies[0]; i++) {
        expect_progress(strategies[i], SCHED_YIELD, 20);
        expect_progress(strategies[i], SCHED_TRYLOCK, 20);
        expect_progress(strategies[i], SCHED_READ, 20);
        expect_progress(strategies[i], SCHED_UPDATE, 20);
        expect_progress(strategies[i], SCHED_SLEEP, 20);
        expect_progress(strategies[i], SCHED_UNLOCK, 1); /* the net below all that */
    }
}
END_TEST

/* It spins until time passes. */
START_TEST(a_spinning_task_lets_time_pass)
{
    for (unsigned i = 0; i < sizeof strategies / sizeof strategies[0]; i++)
        for (int reads = 0; reads < 2; reads++) {
            uint32_t went = 0;
            begin_with((struct sched_config){0}, strategies[i], 2);
            sched_task_hint(sched, 0, 100, 1);
            PEND(1, SLEEP, .deadline = 1000);
            while (went == 0) {
                if (reads)
                    PEND(0, READ, .address = X, .pc = 5);
                else
                    PEND(0, YIELD, .pc = 5);
                ck_assert_msg(sched_step(sched, &went) == SCHED_GO, "%s", strategies[i]);
            }
        }
}
END_TEST

/* Reading an array, or a value that changes, is no spin. */
START_TEST(a_task_that_sees_something_new_does_not_yield)
{
    uint32_t went;
    begin_with((struct sched_config){0}, "steady", 2);
    PEND(1, WRITE, .address = X, .count = 4);
    for (uint32_t i = 0; i < 200; i++) {
        PEND(0, READ, .address = X + 64 + 8 * i, .pc = 5);
        ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
        ck_assert_uint_eq(went, 0);
    }
}
END_TEST

/* Even where the strategy would have it otherwise. */
START_TEST(a_second_yield_lets_those_go_who_stood_still)
{
    uint32_t went;
    for (uint64_t seed = 0; seed < 200; seed++) {
        uint32_t yields = 0;
        begin(3);
        sched_begin(sched, &(struct sched_plan){.strategy = 1, .seed = seed});
        for (int i = 0; i < 3; i++)
            sched_task_new(sched, SCHED_NONE);
        PEND(0, YIELD, .pc = 1);
        PEND(1, WRITE, .address = X, .count = 4);
        PEND(2, LOCK, .address = M);
        while (sched_step(sched, &went) == SCHED_GO && went == 0) {
            yields++;
            PEND(0, YIELD, .pc = 1);
        }
        ck_assert_uint_le(yields, 2);
        uint32_t first = went;
        for (yields = 0; sched_step(sched, &went) == SCHED_GO && went == 0; yields++)
            PEND(0, YIELD, .pc = 1);
        ck_assert_uint_eq(went, 3 - first);
        ck_assert_uint_le(yields, 2);
    }
}
END_TEST

START_TEST(a_single_yield_excludes_no_schedule)
{
    uint32_t went, went_on = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        begin(2);
        sched_begin(sched, &(struct sched_plan){.strategy = 1, .seed = seed});
        sched_task_new(sched, SCHED_NONE);
        sched_task_new(sched, SCHED_NONE);
        PEND(0, YIELD, .pc = 1);
        PEND(1, WRITE, .address = X, .count = 4);
        ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
        if (went == 1)
            continue;
        PEND(0, WRITE, .address = X, .count = 4);
        ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
        went_on += went == 0;
    }
    ck_assert_uint_gt(went_on, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        no_strategy_lets_a_spinning_task_starve_the_others,
        a_spinning_task_lets_time_pass,
        a_task_that_sees_something_new_does_not_yield,
        a_second_yield_lets_those_go_who_stood_still,
        a_single_yield_excludes_no_schedule,
    };
    return run_all("sched_fair", tests, sizeof tests / sizeof tests[0]);
}
