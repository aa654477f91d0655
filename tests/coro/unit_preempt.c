/* Preemption; this file is compiled with -fsanitize-coverage=trace-pc. */
#include <check.h>
#include <pthread.h>
#include <signal.h>

#include "racerun/go/sched.h"
#include "racerun/go/time.h"
#include "worker.h"

static _Atomic bool stop, preempted;
static _Atomic int others;

static void endless(void)
{
    while (!atomic_load_explicit(&stop, memory_order_relaxed))
        ;
}

static void stops_them(void)
{
    others++;
    stop = true;
}

static void wait_for_all(void)
{
    while (rgo_count() > 1)
        rgo_yield();
}

START_TEST(an_endless_loop_does_not_stop_others)
{
    stop = false;
    for (unsigned i = 0; i < rgo_procs(); i++)
        rgo_go(endless);
    rgo_go(stops_them);
    wait_for_all();
}
END_TEST

START_TEST(nor_does_one_in_main)
{
    stop = false;
    rgo_go(stops_them);
    endless();
    wait_for_all();
}
END_TEST

START_TEST(nor_one_under_round_robin)
{
    ck_assert_int_eq(rgo_policy_set("rr:2ms"), 0);
    stop = false;
    for (unsigned i = 0; i < 3; i++)
        rgo_go(endless);
    rgo_go(stops_them);
    endless();
    wait_for_all();
    ck_assert_int_eq(rgo_policy_set("steal"), 0);
}
END_TEST

static void keeps(int mine)
{
    double values[4] = {mine, mine + .5, mine * 2.0, 1.0 / mine};
    errno = mine;
    while (!atomic_load_explicit(&stop, memory_order_relaxed))
        for (int i = 0; i < 4; i++)
            values[i] = values[i] * 2 / 2;
    ck_assert_int_eq(errno, mine);
    ck_assert(values[1] == mine + .5 && values[3] == 1.0 / mine);
    others++;
}

static void stop_after(int64_t ns)
{
    int64_t until = time_now() + ns;
    while (time_now() < until)
        ;
    stop = true;
}

START_TEST(registers_and_errno_survive)
{
    stop = false;
    others = 0;
    for (int i = 1; i <= 10; i++)
        rgo_go(keeps, i);
    rgo_go(stop_after, INT64_C(200000000));
    wait_for_all();
    ck_assert_int_eq(others, 10);
}
END_TEST

static void notes(void)
{
    preempted = true;
}

static void with_it_off(void)
{
    rgo_preempt_off();
    rgo_preempt_off();
    rgo_preempt_on();
    preempted = false;
    rgo_go(notes);
    int64_t until = time_now() + 60000000;
    while (time_now() < until)
        rgo_preempt_point();
    if (rgo_procs() == 1)
        ck_assert(!preempted);
    rgo_preempt_on();
    while (!preempted)
        rgo_preempt_point();
}

START_TEST(not_while_it_is_off)
{
    rgo_go(with_it_off);
    wait_for_all();
}
END_TEST

static void handler(int signal)
{
    (void)signal;
    int64_t until = time_now() + 60000000;
    while (time_now() < until)
        rgo_preempt_point();
}

START_TEST(not_in_a_signal_handler)
{
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    preempted = false;
    rgo_go(notes);
    rgo_preempt_off(); /* between here and the handler */
    struct goroutine *g = goroutine_self();
    g->preempt_off = 0;
    raise(SIGUSR1);
    g->preempt_off = 1;
    if (rgo_procs() == 1)
        ck_assert(!preempted);
    rgo_preempt_on();
    wait_for_all();
}
END_TEST

/* Once its worker has slept. */
START_TEST(signals_that_main_blocks_later_for_good_do_not_count)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    rgo_preempt_point();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    while (!sigismember(&worker_self()->usual_mask, SIGHUP))
        rgo_sleep(1000000);
    stop = false;
    for (unsigned i = 0; i < rgo_procs(); i++)
        rgo_go(endless);
    rgo_go(stops_them);
    endless();
    wait_for_all();
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    while (sigismember(&worker_self()->usual_mask, SIGHUP))
        rgo_sleep(1000000);
}
END_TEST

/* It blocks nothing, but runs on the signal stack, which the next signal would use again. */
START_TEST(not_on_a_signal_stack)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(SIGUSR1, &action, NULL);
    preempted = false;
    rgo_go(notes);
    rgo_preempt_off(); /* between here and the handler */
    struct goroutine *g = goroutine_self();
    g->preempt_off = 0;
    raise(SIGUSR1);
    g->preempt_off = 1;
    if (rgo_procs() == 1)
        ck_assert(!preempted);
    rgo_preempt_on();
    wait_for_all();
}
END_TEST

static void computes_too_long(void)
{
    rgo_preempt_off();
    while (!__atomic_load_n(&rgo_preempt_wanted, __ATOMIC_RELAXED))
        ;
    rgo_preempt_on();
}

/* Or each point in the program would take the slow path from then on. */
START_TEST(who_came_to_no_point_in_time_leaves_no_flag)
{
    rgo_preempt_off();
    rgo_go(computes_too_long);
    wait_for_all();
    while (__atomic_load_n(&rgo_preempt_wanted, __ATOMIC_RELAXED))
        rgo_yield();
    rgo_preempt_on();
}
END_TEST

static void *thread_main(void *unused)
{
    int64_t until = time_now() + 30000000;
    while (time_now() < until)
        rgo_preempt_point();
    return unused;
}

START_TEST(a_thread_of_the_programs_own_is_left_alone)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, thread_main, NULL), 0);
    pthread_join(thread, NULL);
}
END_TEST

static void wakes_and_computes(struct goroutine *g)
{
    rgo_preempt_off();
    ready(g, NULL); /* into the slot of this worker, which nobody looks at in the first place */
    while (!atomic_load_explicit(&stop, memory_order_relaxed))
        ;
    rgo_preempt_on();
}

static void waits_and_stops(void)
{
    rgo_go(wakes_and_computes, goroutine_self());
    park(NULL, WAIT_COND, NULL, NULL);
    stop = true;
}

START_TEST(what_waits_behind_one_that_computes_is_taken_by_an_idle_worker)
{
    if (rgo_procs() == 1)
        return;
    stop = false;
    rgo_go(waits_and_stops);
    wait_for_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("preempt");
    TCase *tcase = tcase_create("preempt");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, an_endless_loop_does_not_stop_others);
    tcase_add_test(tcase, nor_does_one_in_main);
    tcase_add_test(tcase, nor_one_under_round_robin);
    tcase_add_test(tcase, registers_and_errno_survive);
    tcase_add_test(tcase, not_while_it_is_off);
    tcase_add_test(tcase, not_in_a_signal_handler);
    tcase_add_test(tcase, signals_that_main_blocks_later_for_good_do_not_count);
    tcase_add_test(tcase, not_on_a_signal_stack);
    tcase_add_test(tcase, who_came_to_no_point_in_time_leaves_no_flag);
    tcase_add_test(tcase, a_thread_of_the_programs_own_is_left_alone);
    tcase_add_test(tcase, what_waits_behind_one_that_computes_is_taken_by_an_idle_worker);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
