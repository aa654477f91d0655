/* A worker that is left alone gets help all the same when it comes to compute, and when its time is
 * over. */
#include <check.h>
#include <stdlib.h>

#define RGO_NO_SHORT_NAMES
#include "racerun/go.h"

#include "../../lib/coro/worker.h"

static _Atomic int ran;

static void runs(void)
{
    ran++;
}

static void computes_until(int count)
{
    while (ran < count)
        __asm__ volatile("pause");
}

static void leave_alone(struct worker *w, uint64_t length)
{
    __atomic_store_n(&w->calm_until, __builtin_ia32_rdtsc() + length, __ATOMIC_RELAXED);
    atomic_store(&w->calm, CALM_COUNT);
}

static void computer(rgo_waitgroup *wg)
{
    for (int i = 0; i < 10; i++) {
        leave_alone(worker_self(), UINT64_C(1) << 60);
        ran = 0;
        for (int k = 0; k < 5; k++)
            rgo_go(runs);
        computes_until(5); /* who does not yield: another worker has to run them */
    }
    rgo_waitgroup_done(wg);
}

START_TEST(what_waits_behind_a_computing_worker_is_found_though_it_is_left_alone)
{
    if (rgo_procs() < 2)
        return;
    rgo_waitgroup wg = {0};
    rgo_waitgroup_add(&wg, 1);
    rgo_go(computer, &wg);
    rgo_waitgroup_wait(&wg);
}
END_TEST

static void waits_to_run(_Atomic(struct goroutine *) *self)
{
    *self = goroutine_self();
    park(NULL, WAIT_SLEEP, NULL, __builtin_return_address(0));
    ran++;
}

static bool switched_away(struct goroutine *g)
{
    return g && atomic_load(&g->state) == GOROUTINE_WAITING && atomic_load(&g->sp);
}

/* As calm_gather does with what a crowded worker has. */
static void handed_over(rgo_waitgroup *wg)
{
    _Atomic(struct goroutine *) other = NULL;
    ran = 0;
    rgo_go(waits_to_run, &other);
    while (!switched_away(other))
        rgo_yield();
    atomic_store(&other->state, GOROUTINE_RUNNABLE);
    leave_alone(worker_self(), UINT64_C(1) << 60);
    queue_inbox_push(worker_self(), other);
    computes_until(1);
    rgo_waitgroup_done(wg);
}

START_TEST(what_was_handed_to_a_worker_that_computes_is_run_elsewhere)
{
    if (rgo_procs() < 2)
        return;
    rgo_waitgroup wg = {0};
    rgo_waitgroup_add(&wg, 1);
    rgo_go(handed_over, &wg);
    rgo_waitgroup_wait(&wg);
}
END_TEST

static _Atomic bool over;

static void yields(rgo_waitgroup *wg)
{
    struct worker *first = worker_self();
    while (!over) {
        if (worker_self() != first)
            over = true; /* it, or another of its kind, was taken elsewhere */
        for (int i = 0; i < 1000; i++)
            __asm__ volatile("pause");
        rgo_yield();
    }
    rgo_waitgroup_done(wg);
}

static void starts_yielders(rgo_waitgroup *wg)
{
    leave_alone(worker_self(), 1000000);
    for (int i = 0; i < 4; i++)
        rgo_go(yields, wg);
}

/* They wake nobody, and are never long at a time. */
START_TEST(being_left_alone_ends_in_time_though_nobody_asks)
{
    if (rgo_procs() < 2)
        return;
    rgo_waitgroup wg = {0};
    over = false;
    rgo_waitgroup_add(&wg, 4);
    rgo_go(starts_yielders, &wg);
    rgo_waitgroup_wait(&wg);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calm");
    TCase *tests = tcase_create("calm");
    tcase_set_timeout(tests, 120);
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, what_waits_behind_a_computing_worker_is_found_though_it_is_left_alone);
    tcase_add_test(tests, what_was_handed_to_a_worker_that_computes_is_run_elsewhere);
    tcase_add_test(tests, being_left_alone_ends_in_time_though_nobody_asks);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
