/*
 * model_counts: the number of different traces that an exhaustive search meets, against closed
 * forms and against the counts of the reviewed table of oracles (writers, readers, ...).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"

/* lib/explore executes each trace once; the optimal algorithm begins no other. */
static void expect_planned(const struct program *program, uint64_t traces, uint64_t deadlocks)
{
    for (int algorithm = EXPLORE_SOURCE; algorithm <= EXPLORE_OPTIMAL; algorithm++) {
        struct set64 *set = set64_new();
        struct explore_config config = {.algorithm = algorithm};
        struct planned found =
            plan_explore(program, (struct model_options){0}, config, UINT64_MAX, set, NULL);
        ck_assert_msg(set64_count(set) == traces && found.stats.executions == traces &&
                          found.deadlocks == deadlocks && !found.stats.cut &&
                          (algorithm == EXPLORE_SOURCE || !found.stats.blocked),
                      "%s, algorithm %d: %llu executions of %llu traces, %llu blocked, %llu cut; "
                      "not %llu",
                      program->name, algorithm, (unsigned long long)found.stats.executions,
                      (unsigned long long)set64_count(set), (unsigned long long)found.stats.blocked,
                      (unsigned long long)found.stats.cut, (unsigned long long)traces);
        set64_free(set);
    }
}

static void expect(const struct program *program, uint64_t traces, uint64_t deadlocks)
{
    expect_planned(program, traces, deadlocks);
    struct enumeration found = enumerate(program, (struct model_options){0}, UINT64_MAX, true);
    ck_assert_msg(found.complete && found.traces == traces && found.deadlocks == deadlocks,
                  "%s: %llu traces, %llu deadlocks; not %llu, %llu", program->name,
                  (unsigned long long)found.traces, (unsigned long long)found.deadlocks,
                  (unsigned long long)traces, (unsigned long long)deadlocks);
}

static uint64_t factorial(int n)
{
    return n < 2 ? 1 : (uint64_t)n * factorial(n - 1);
}

/* ---- locks ---- */

static void add_critical(struct program *program, int code, int mutex)
{
    ADD(program, code, LOCK, MUTEX, mutex);
    ADD(program, code, UNLOCK, MUTEX, mutex);
}

START_TEST(tasks_that_lock_once_come_in_any_order)
{
    for (int n = 1; n <= 7; n++) {
        struct program program = {.name = "lockinc"};
        add_critical(&program, 1, 0);
        add_main(&program, n, true);
        expect(&program, factorial(n), 0);
    }
}
END_TEST

START_TEST(each_lock_orders_its_users_by_itself)
{
    for (int tasks = 2; tasks <= 3; tasks++)
        for (int locks = 1; locks <= 3; locks++) {
            struct program program = {.name = "locks one after the other"};
            uint64_t expected = 1;
            for (int i = 0; i < locks; i++) {
                add_critical(&program, 1, i);
                expected *= factorial(tasks);
            }
            add_main(&program, tasks, true);
            expect(&program, expected, 0);
        }
    struct program four = {.name = "lock2 of four"};
    add_critical(&four, 1, 0);
    add_critical(&four, 1, 1);
    add_main(&four, 4, true);
    expect(&four, 576, 0);
}
END_TEST

START_TEST(private_locks_order_nothing)
{
    struct program program = {.name = "lockprivate"};
    for (int i = 0; i < 5; i++)
        add_critical(&program, i + 1, i);
    add_main(&program, 5, false);
    expect(&program, 1, 0);
}
END_TEST

START_TEST(three_tasks_that_lock_four_times_have_34650_orders)
{
    struct program program = {.name = "3 x 4 locks", .bare = true};
    for (int code = 0; code < 3; code++)
        for (int i = 0; i < 4; i++)
            add_critical(&program, code, 0);
    expect(&program, 34650, 0);
}
END_TEST

START_TEST(dining_philosophers_deadlock_in_exactly_one_trace)
{
    for (int n = 2; n <= 5; n++) {
        struct program program = {.name = "dining"};
        for (int i = 0; i < n; i++) {
            ADD(&program, i + 1, LOCK, MUTEX, i);
            ADD(&program, i + 1, LOCK, MUTEX, (i + 1) % n);
            ADD(&program, i + 1, UNLOCK, MUTEX, (i + 1) % n);
            ADD(&program, i + 1, UNLOCK, MUTEX, i);
        }
        add_main(&program, n, false);
        expect(&program, (UINT64_C(1) << n) - 1, 1);
    }
}
END_TEST

START_TEST(two_stages_under_two_locks)
{
    static const uint64_t expected[] = {0, 4, 52, 1350};
    for (int n = 1; n <= 3; n++) {
        struct program program = {.name = "twostage"};
        for (int i = 0; i <= n; i++) {
            for (int stage = 0; stage < 2; stage++) {
                ADD(&program, i + 1, LOCK, MUTEX, stage);
                if (i < n) {
                    if (stage)
                        ADD_LOAD(&program, i + 1, 0);
                    ADD_ACCESS(&program, i + 1, WRITE, stage, .effect = EFFECT_SUM, .value = 1);
                } else {
                    ADD_LOAD(&program, i + 1, stage);
                }
                ADD(&program, i + 1, UNLOCK, MUTEX, stage);
            }
        }
        add_main(&program, n + 1, false);
        expect(&program, expected[n], 0);
    }
}
END_TEST

/* ---- condition variables ---- */

START_TEST(waiters_and_a_broadcast_under_a_mutex)
{
    for (int n = 1; n <= 2; n++) {
        struct program program = {.name = "condhand"};
        for (int i = 1; i <= n; i++) {
            ADD(&program, i, LOCK, MUTEX, 0);
            ADD_ACCESS(&program, i, READ, 0, .effect = EFFECT_LOAD, .branch = BRANCH_NONZERO,
                       .target = 5);
            ADD(&program, i, WAIT, COND, 0, .mutex = MUTEX);
            ADD(&program, i, WAKE, COND, 0, .mutex = MUTEX);
            add(&program, i,
                (struct instruction){.kind = SCHED_START, .branch = BRANCH_ALWAYS, .target = 1});
            ADD(&program, i, UNLOCK, MUTEX, 0);
        }
        ADD(&program, n + 1, LOCK, MUTEX, 0);
        ADD_STORE(&program, n + 1, 0, 1);
        ADD(&program, n + 1, BROADCAST, COND, 0);
        ADD(&program, n + 1, UNLOCK, MUTEX, 0);
        add_main(&program, n + 1, false);
        expect(&program, n == 1 ? 2 : 10, 0);
    }
}
END_TEST

START_TEST(a_signal_that_comes_first_is_lost)
{
    struct program program = {.name = "lost wake-up"};
    ADD(&program, 1, LOCK, MUTEX, 0);
    ADD(&program, 1, WAIT, COND, 0, .mutex = MUTEX);
    ADD(&program, 1, WAKE, COND, 0, .mutex = MUTEX);
    ADD(&program, 1, UNLOCK, MUTEX, 0);
    ADD(&program, 2, SIGNAL, COND, 0);
    add_main(&program, 2, false);
    expect(&program, 2, 1);
}
END_TEST

/* ---- memory ---- */

START_TEST(writers_come_in_any_order)
{
    for (int n = 2; n <= 7; n++) {
        struct program program = {.name = "writers"};
        ADD_STORE(&program, 1, 0, 1);
        add_main(&program, n, true);
        expect(&program, factorial(n), 0);
    }
}
END_TEST

START_TEST(each_reader_is_before_or_after_the_writer)
{
    for (int n = 2; n <= 10; n += 2) {
        struct program program = {.name = "readers"};
        ADD_LOAD(&program, 1, 0);
        ADD_STORE(&program, 2, 0, 1);
        for (int i = 0; i <= n; i++)
            add(&program, 0,
                (struct instruction){
                    .kind = SCHED_CHOOSE, .effect = EFFECT_SPAWN, .value = i == n ? 2 : 1});
        expect(&program, UINT64_C(1) << n, 0);
    }
}
END_TEST

/* Instructions that depend on the value read: the array's last zero. */
START_TEST(a_scan_meets_writers_that_follow_each_other)
{
    static const uint64_t expected[] = {0, 0, 0, 12, 28, 64, 0, 0, 704};
    for (int n = 3; n <= 8; n += n == 5 ? 3 : 1) {
        struct program program = {.name = "lastzero"};
        for (int i = n; i >= 0; i--)
            ADD_ACCESS(&program, 1, READ, i, .effect = EFFECT_LOAD, .branch = BRANCH_ZERO,
                       .target = n + 1);
        for (int j = 1; j <= n; j++) {
            ADD_LOAD(&program, j + 1, j - 1);
            ADD_ACCESS(&program, j + 1, WRITE, j, .effect = EFFECT_SUM, .value = 1);
        }
        add_main(&program, n + 1, false);
        expect(&program, expected[n], 0);
    }
}
END_TEST

START_TEST(fibonacci_of_two_tasks)
{
    static const uint64_t expected[] = {0, 3, 19, 141, 1107};
    for (int n = 1; n <= 4; n++) {
        struct program program = {.name = "fib"};
        for (int task = 0; task < 2; task++)
            for (int i = 0; i < n; i++) {
                ADD_LOAD(&program, task + 1, 0);
                ADD_LOAD(&program, task + 1, 1);
                ADD_STORE(&program, task + 1, task, 1);
            }
        add_main(&program, 2, false);
        expect(&program, expected[n], 0);
    }
}
END_TEST

static void expect_pair(const char *name, const int (*accesses)[2][2], uint64_t traces)
{
    struct program program = {.name = name};
    for (int task = 0; task < 2; task++)
        for (int i = 0; i < 2; i++) {
            int cell = accesses[task][i][0];
            if (accesses[task][i][1])
                ADD_STORE(&program, task + 1, cell, 1);
            else
                ADD_LOAD(&program, task + 1, cell);
        }
    add_main(&program, 2, false);
    expect(&program, traces, 0);
}

/* {variable, is a write}, two for each of two tasks; the variables share a word. */
START_TEST(litmus_tests_of_two_tasks_have_three_traces)
{
    expect_pair("sb", (const int[2][2][2]){{{0, 1}, {1, 0}}, {{1, 1}, {0, 0}}}, 3);
    expect_pair("mp", (const int[2][2][2]){{{0, 1}, {1, 1}}, {{1, 0}, {0, 0}}}, 3);
    expect_pair("w2w2", (const int[2][2][2]){{{0, 1}, {1, 1}}, {{1, 1}, {0, 1}}}, 3);
}
END_TEST

START_TEST(two_writers_and_two_readers_that_read_twice)
{
    struct program program = {.name = "corr2"};
    for (int i = 1; i <= 2; i++) {
        ADD_STORE(&program, i, 0, i);
        ADD_LOAD(&program, i + 2, 0);
        ADD_LOAD(&program, i + 2, 0);
    }
    add_main(&program, 4, false);
    expect(&program, 72, 0);
}
END_TEST

START_TEST(increments_that_are_torn)
{
    static const uint64_t expected[] = {0, 0, 170, 2296, 30006};
    for (int n = 2; n <= 4; n++) {
        struct program program = {.name = "exp_bug"};
        for (int task = 1; task <= 2; task++)
            for (int i = 0; i < n; i++) {
                ADD_LOAD(&program, task, 0);
                ADD_ACCESS(&program, task, WRITE, 0, .effect = EFFECT_SUM, .value = task);
            }
        ADD_LOAD(&program, 3, 0);
        add_main(&program, 3, false);
        expect(&program, expected[n], 0);
    }
}
END_TEST

/* ---- operations that commute ---- */

START_TEST(readers_of_a_rwlock_are_not_ordered)
{
    struct program program = {.name = "readers of a rwlock"};
    ADD(&program, 1, RDLOCK, RWLOCK, 0);
    ADD(&program, 1, RWUNLOCK, RWLOCK, 0);
    add_main(&program, 4, true);
    expect(&program, 1, 0);
    ADD(&program, 2, WRLOCK, RWLOCK, 0);
    ADD(&program, 2, RWUNLOCK, RWLOCK, 0);
    program.codes[0].length = 0;
    add_main(&program, 2, false); /* one of each */
    expect(&program, 2, 0);
}
END_TEST

/* The writer arrives before the readers, or between any two steps of the one that reads twice. */
START_TEST(a_writer_that_queues_keeps_readers_out)
{
    struct program program = {.name = "rwlock that prefers writers"};
    ADD(&program, 1, RDLOCK, RWLOCK, 0, .flags = SCHED_PREFER_WRITER);
    ADD(&program, 1, TRYRDLOCK, RWLOCK, 0, .flags = SCHED_PREFER_WRITER, .branch = BRANCH_FAILED,
        .target = 3);
    ADD(&program, 1, RWUNLOCK, RWLOCK, 0);
    ADD(&program, 1, RWUNLOCK, RWLOCK, 0);
    ADD(&program, 2, WRQUEUE, RWLOCK, 0, .flags = SCHED_PREFER_WRITER, .branch = BRANCH_DONE,
        .target = 2);
    ADD(&program, 2, WRLOCK, RWLOCK, 0, .flags = SCHED_PREFER_WRITER);
    ADD(&program, 2, RWUNLOCK, RWLOCK, 0);
    add_main(&program, 2, false);
    expect(&program, 5, 0);
    program.codes[1].instructions[1].kind = SCHED_RDLOCK; /* it waits, for ever */
    program.codes[1].instructions[1].branch = BRANCH_NONE;
    expect(&program, 5, 1);
}
END_TEST

START_TEST(a_once_runs_in_one_of_its_callers)
{
    struct program program = {.name = "once"};
    ADD(&program, 1, ONCE_BEGIN, ONCE, 0, .branch = BRANCH_NONE);
    program.codes[1].instructions[0].branch = BRANCH_FAILED; /* 1: run it */
    program.codes[1].instructions[0].target = 2;
    add(&program, 1,
        (struct instruction){.kind = SCHED_START, .branch = BRANCH_ALWAYS, .target = 3});
    ADD(&program, 1, ONCE_END, ONCE, 0, .count = 1);
    add_main(&program, 4, true);
    expect(&program, 4, 0);
}
END_TEST

START_TEST(failed_tries_are_not_ordered)
{
    struct program program = {.name = "trylock"};
    ADD(&program, 1, TRYLOCK, MUTEX, 0);
    add_main(&program, 4, true);
    expect(&program, 4, 0); /* who has it for ever */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_counts");
    TCase *tests = tcase_create("counts");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, tasks_that_lock_once_come_in_any_order);
    tcase_add_test(tests, each_lock_orders_its_users_by_itself);
    tcase_add_test(tests, private_locks_order_nothing);
    tcase_add_test(tests, three_tasks_that_lock_four_times_have_34650_orders);
    tcase_add_test(tests, dining_philosophers_deadlock_in_exactly_one_trace);
    tcase_add_test(tests, two_stages_under_two_locks);
    tcase_add_test(tests, waiters_and_a_broadcast_under_a_mutex);
    tcase_add_test(tests, a_signal_that_comes_first_is_lost);
    tcase_add_test(tests, writers_come_in_any_order);
    tcase_add_test(tests, each_reader_is_before_or_after_the_writer);
    tcase_add_test(tests, a_scan_meets_writers_that_follow_each_other);
    tcase_add_test(tests, fibonacci_of_two_tasks);
    tcase_add_test(tests, litmus_tests_of_two_tasks_have_three_traces);
    tcase_add_test(tests, two_writers_and_two_readers_that_read_twice);
    tcase_add_test(tests, increments_that_are_torn);
    tcase_add_test(tests, readers_of_a_rwlock_are_not_ordered);
    tcase_add_test(tests, a_writer_that_queues_keeps_readers_out);
    tcase_add_test(tests, a_once_runs_in_one_of_its_callers);
    tcase_add_test(tests, failed_tries_are_not_ordered);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
