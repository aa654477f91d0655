/*
 * unit_causes: which steps happen before which (tool/causes.h), one made-up schedule for each
 * meaning of an operation. What has no arrow is as important as what has one.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "causes.h"
#include "sched/sched.h"

enum { STEPS = 16, TASKS = 4 };
enum {
    M = 0x1000,
    N = 0x1008,
    C = 0x2000,
    R = 0x3000,
    S = 0x4000,
    B = 0x5000,
    O = 0x6000,
    X = 0x8000
};

static struct trace_event steps[STEPS];
static struct explore_moment moments[STEPS];
static struct explore_task tasks[TASKS];
static struct failure failure;

static void begin(void)
{
    memset(steps, 0, sizeof steps);
    memset(moments, 0, sizeof moments);
    memset(tasks, 0, sizeof tasks);
    failure = (struct failure){.steps = steps, .moments = moments};
}

/* Its number, from 1. Objects are known by their addresses here. */
static uint32_t step(uint32_t task, enum sched_kind kind, uint64_t object)
{
    steps[failure.count] = (struct trace_event){
        .task = task, .kind = (uint16_t)kind, .object = object, .address = object};
    return ++failure.count;
}

static void check(uint32_t number, uint32_t first, uint32_t second)
{
    struct causes causes = causes_find(&failure, tasks);
    ck_assert_uint_eq(causes.after[number - 1][0], first);
    ck_assert_uint_eq(causes.after[number - 1][1], second);
    causes_done(&causes);
}

START_TEST(a_lock_follows_the_unlock_of_another_task)
{
    begin();
    step(0, SCHED_LOCK, M);
    uint32_t unlock = step(0, SCHED_UNLOCK, M);
    uint32_t other = step(1, SCHED_LOCK, N);
    uint32_t lock = step(1, SCHED_LOCK, M);
    step(1, SCHED_UNLOCK, M);
    uint32_t again = step(1, SCHED_LOCK, M);
    check(unlock, 0, 0);
    check(other, 0, 0);
    check(lock, unlock, 0);
    check(again, 0, 0); /* its own unlock */
}
END_TEST

START_TEST(a_failed_try_is_ordered_by_nothing)
{
    begin();
    step(0, SCHED_LOCK, M);
    uint32_t failed = step(1, SCHED_TRYLOCK, M);
    moments[failed - 1].result = EBUSY;
    uint32_t unlock = step(0, SCHED_UNLOCK, M);
    uint32_t tried = step(1, SCHED_TRYLOCK, M);
    check(failed, 0, 0);
    check(tried, unlock, 0);
    failure.moments = NULL; /* then the trace says it */
    steps[failed - 1].flags = TRACE_LOOKED;
    check(failed, 0, 0);
}
END_TEST

START_TEST(a_failed_unlock_orders_nothing)
{
    begin();
    step(0, SCHED_LOCK, M);
    uint32_t unlock = step(0, SCHED_UNLOCK, M);
    uint32_t failed = step(2, SCHED_UNLOCK, M);
    moments[failed - 1].result = EPERM;
    uint32_t lock = step(1, SCHED_LOCK, M);
    moments[lock - 1].result = EOWNERDEAD; /* and it is locked */
    check(lock, unlock, 0);
}
END_TEST

START_TEST(readers_do_not_order_readers)
{
    begin();
    step(0, SCHED_WRLOCK, R);
    uint32_t written = step(0, SCHED_RWUNLOCK, R);
    uint32_t first = step(1, SCHED_RDLOCK, R);
    uint32_t read = step(1, SCHED_RWUNLOCK, R);
    steps[read - 1].flags = TRACE_LOOKED; /* it left the lock as others see it */
    uint32_t second = step(2, SCHED_RDLOCK, R);
    step(2, SCHED_RWUNLOCK, R);
    uint32_t writer = step(0, SCHED_WRLOCK, R);
    check(first, written, 0);
    check(second, written, 0);
    check(writer, read + 2, 0);
}
END_TEST

START_TEST(a_wait_on_a_semaphore_follows_the_last_post)
{
    begin();
    uint32_t waits_first = step(1, SCHED_SEM_WAIT, S);
    uint32_t post = step(0, SCHED_SEM_POST, S);
    uint32_t waits = step(1, SCHED_SEM_WAIT, S);
    uint32_t late = step(2, SCHED_SEM_WAIT, S);
    steps[late - 1].outcome = TRACE_TIMED_OUT;
    check(waits_first, 0, 0);
    check(waits, post, 0);
    check(late, 0, 0);
}
END_TEST

START_TEST(a_join_follows_the_end_and_a_start_its_creation)
{
    begin();
    uint32_t before = step(0, SCHED_YIELD, 0);
    tasks[1].born = before;
    step(0, SCHED_YIELD, 0);
    uint32_t start = step(1, SCHED_START, 0);
    uint32_t ends = step(1, SCHED_END, X);
    uint32_t join = step(0, SCHED_JOIN, X);
    uint32_t first = step(2, SCHED_START, 0); /* made before all steps */
    check(start, before, 0);
    check(join, ends, 0);
    check(first, 0, 0);
}
END_TEST

START_TEST(a_wait_gives_its_mutex_and_the_signal_wakes)
{
    begin();
    step(0, SCHED_LOCK, M);
    uint32_t waits = step(0, SCHED_WAIT, C);
    moments[waits - 1].mutex = M;
    uint32_t lock = step(1, SCHED_LOCK, M);
    uint32_t signals = step(1, SCHED_SIGNAL, C);
    uint32_t unlock = step(1, SCHED_UNLOCK, M);
    uint32_t wakes = step(0, SCHED_WAKE, C);
    moments[wakes - 1] = (struct explore_moment){.mutex = M, .cause = signals};
    check(lock, waits, 0);
    check(wakes, signals, unlock);
    steps[wakes - 1].outcome = TRACE_TIMED_OUT; /* then it was not woken, and has no mutex yet */
    check(wakes, 0, 0);
}
END_TEST

START_TEST(a_barrier_is_left_after_the_last_arrived)
{
    begin();
    step(0, SCHED_ARRIVE, B);
    uint32_t last = step(1, SCHED_ARRIVE, B);
    uint32_t leaves = step(0, SCHED_LEAVE, B);
    moments[leaves - 1].ready = last + 1;
    uint32_t next = step(0, SCHED_ARRIVE, B); /* of the next round: not what the other waited for */
    uint32_t own = step(1, SCHED_LEAVE, B);
    moments[own - 1].ready = last + 1;
    check(leaves, last, 0);
    check(next, 0, 0);
    check(own, 0, 0);
}
END_TEST

START_TEST(a_once_is_over_for_who_comes_later)
{
    begin();
    step(0, SCHED_ONCE_BEGIN, O);
    uint32_t over = step(0, SCHED_ONCE_END, O);
    uint32_t later = step(1, SCHED_ONCE_BEGIN, O);
    check(later, over, 0);
}
END_TEST

START_TEST(what_only_the_schedule_orders_has_no_arrow)
{
    static const enum sched_kind kinds[] = {SCHED_READ, SCHED_WRITE,   SCHED_UPDATE,
                                            SCHED_SEND, SCHED_RECEIVE, SCHED_EXTERNAL,
                                            SCHED_TAKE, SCHED_GIVE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++) {
            begin();
            step(0, kinds[i], X);
            check(step(1, kinds[j], X), 0, 0);
        }
}
END_TEST

START_TEST(an_object_that_was_made_anew_begins_anew)
{
    begin();
    step(0, SCHED_LOCK, M);
    step(0, SCHED_UNLOCK, M);
    uint32_t lock = step(1, SCHED_LOCK, M);
    steps[lock - 1].object = N; /* another one at the same address */
    check(lock, 0, 0);
}
END_TEST

START_TEST(without_moments_what_needs_them_is_left_out)
{
    begin();
    failure.moments = NULL;
    step(0, SCHED_LOCK, M);
    step(0, SCHED_WAIT, C);
    uint32_t lock = step(1, SCHED_LOCK, M);
    uint32_t wakes = step(0, SCHED_WAKE, C);
    check(lock, 0, 0);
    check(wakes, 0, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unit_causes");
    TCase *tests = tcase_create("causes");
    tcase_add_test(tests, a_lock_follows_the_unlock_of_another_task);
    tcase_add_test(tests, a_failed_try_is_ordered_by_nothing);
    tcase_add_test(tests, a_failed_unlock_orders_nothing);
    tcase_add_test(tests, readers_do_not_order_readers);
    tcase_add_test(tests, a_wait_on_a_semaphore_follows_the_last_post);
    tcase_add_test(tests, a_join_follows_the_end_and_a_start_its_creation);
    tcase_add_test(tests, a_wait_gives_its_mutex_and_the_signal_wakes);
    tcase_add_test(tests, a_barrier_is_left_after_the_last_arrived);
    tcase_add_test(tests, a_once_is_over_for_who_comes_later);
    tcase_add_test(tests, what_only_the_schedule_orders_has_no_arrow);
    tcase_add_test(tests, an_object_that_was_made_anew_begins_anew);
    tcase_add_test(tests, without_moments_what_needs_them_is_left_out);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
