/*
 * Policies: each shows its order on a fixed set of jobs. A job of length n is n units of work, each
 * the letter of the job in the chart, with a scheduling point after it; with one worker the chart
 * is exact.
 */
#include <check.h>
#include <string.h>

#include "racerun/go/sched.h"
#include "worker.h"

#define UNIT INT64_C(1000000000000) /* much longer than the test takes: real time does not count   \
                                     */

static char chart[256];
static _Atomic unsigned length;
static _Atomic int left;
static struct lock end_lock;
static struct goroutine *waiting_main;

static void work(char name)
{
    chart[length++] = name;
}

static void job_ends(void)
{
    lock_take(&end_lock);
    struct goroutine *g = --left == 0 ? waiting_main : NULL;
    if (g)
        waiting_main = NULL;
    lock_release(&end_lock);
    if (g)
        ready(g, NULL);
}

/* Tells what remains, as the policies of time want to know. */
static void job(char name, int units)
{
    for (; units > 0; units--) {
        work(name);
        rgo_burst_set((units - 1) * UNIT);
        if (units > 1)
            rgo_yield();
    }
    job_ends();
}

static void start(const char *policy)
{
    memset(chart, 0, sizeof chart);
    length = 0;
    left = 0;
    waiting_main = NULL;
    ck_assert_int_eq(rgo_policy_set(policy), 0);
}

static void spawn(char name, int units, int priority)
{
    rgo_attr attr = {.priority = priority, .burst_ns = units * UNIT};
    left++;
    rgo_go_with(&attr, job, name, units);
}

static void chart_is(const char *wanted)
{
    lock_take(&end_lock);
    if (left) {
        waiting_main = goroutine_self();
        park(&end_lock, WAIT_COND, NULL, NULL);
    } else {
        lock_release(&end_lock);
    }
    ck_assert_int_eq(rgo_policy_set("steal"), 0);
    if (rgo_procs() == 1) {
        ck_assert_str_eq(chart, wanted);
    } else {
        ck_assert_uint_eq(strlen(chart), strlen(wanted));
    }
}

static void job_at_once(char name, int units)
{
    while (units-- > 0)
        work(name);
    job_ends();
}

START_TEST(fcfs_in_order_of_arrival)
{
    start("fcfs");
    left = 3;
    rgo_go(job_at_once, 'A', 5);
    rgo_go(job_at_once, 'B', 2);
    rgo_go(job_at_once, 'C', 3);
    chart_is("AAAAABBCCC");
}
END_TEST

START_TEST(fcfs_who_yields_goes_to_the_end)
{
    start("fcfs");
    spawn('A', 3, 0);
    spawn('B', 2, 0);
    spawn('C', 1, 0);
    chart_is("ABCABA");
}
END_TEST

START_TEST(rr_ends_a_turn_after_its_quantum)
{
    start("rr:2");
    spawn('A', 5, 0);
    spawn('B', 3, 0);
    spawn('C', 1, 0);
    spawn('D', 2, 0);
    chart_is("AABBCDDAABA");
}
END_TEST

START_TEST(priority_runs_the_larger_first_and_equals_in_turn)
{
    start("priority");
    spawn('A', 2, 1);
    spawn('B', 2, 3);
    spawn('C', 2, 3);
    spawn('D', 2, 2);
    chart_is("BCBCDDAA");
}
END_TEST

START_TEST(sjn_runs_the_shortest_to_its_end)
{
    start("sjn");
    static const struct {
        char name;
        int units;
    } jobs[] = {
        {'A', 6}, {'B', 8}, {'C', 7}, {'D', 3}}; /* Silberschatz, Galvin, Gagne: 3, 16, 9, 0 */
    left = 4;
    for (int i = 0; i < 4; i++) {
        rgo_attr attr = {.burst_ns = jobs[i].units * UNIT};
        rgo_go_with(&attr, job_at_once, jobs[i].name, jobs[i].units);
    }
    chart_is("DDDAAAAAACCCCCCCBBBBBBBB");
}
END_TEST

/* The jobs arrive one unit after the other: 8, 4, 9 and 5 units; the textbook's chart. */
static void arrivals(void)
{
    for (int units = 8; units > 0; units--) {
        work('A');
        if (units == 8)
            spawn('B', 4, 0);
        rgo_burst_set((units - 1) * UNIT);
        if (units > 1)
            rgo_yield();
    }
    job_ends();
}

static void arrivals_b(int units)
{
    for (; units > 0; units--) {
        work('B');
        if (units == 4)
            spawn('C', 9, 0);
        if (units == 3)
            spawn('D', 5, 0);
        rgo_burst_set((units - 1) * UNIT);
        if (units > 1)
            rgo_yield();
    }
    job_ends();
}

static void arrival_a(void)
{
    for (int units = 8; units > 0; units--) {
        work('A');
        if (units == 8) {
            rgo_attr attr = {.burst_ns = 4 * UNIT};
            left++;
            rgo_go_with(&attr, arrivals_b, 4);
        }
        rgo_burst_set((units - 1) * UNIT);
        if (units > 1)
            rgo_yield();
    }
    job_ends();
}

START_TEST(srt_lets_a_shorter_remaining_time_go_first)
{
    start("srt");
    rgo_attr attr = {.burst_ns = 8 * UNIT};
    left = 1;
    rgo_go_with(&attr, arrival_a);
    chart_is("ABBBBDDDDDAAAAAAACCCCCCCCC");
    start("srt");
    left = 1;
    rgo_go_with(&attr, arrivals);
    chart_is("ABBBBAAAAAAA");
}
END_TEST

START_TEST(mlq_who_uses_up_its_quantum_goes_down)
{
    start("mlq:3:1");
    spawn('A', 8, 0);
    spawn('B', 1, 0);
    spawn('C', 3, 0);
    /* level 0: one each; level 1: two each; level 2: four at a time */
    chart_is("ABCAACCAAAAA");
}
END_TEST

static void never_ends_by_itself(_Atomic bool *stop)
{
    while (!*stop)
        rgo_yield();
    job_ends();
}

static void one_that_went_down(_Atomic bool *stop)
{
    for (int i = 0; i < 100; i++)
        rgo_yield();
    *stop = true;
    job_ends();
}

static void quick_ones(_Atomic bool *stop)
{
    if (!*stop) {
        left++; /* before this one ends, or main would be told twice that all have */
        rgo_go(quick_ones, stop);
    }
    job_ends();
}

START_TEST(mlq_lets_nobody_starve)
{
    static _Atomic bool stop;
    stop = false;
    start("mlq:8:1");
    left = 3;
    rgo_go(never_ends_by_itself, &stop);
    rgo_go(one_that_went_down, &stop);
    rgo_go(quick_ones, &stop); /* there is always a new one on the highest level */
    chart_is("");
}
END_TEST

START_TEST(what_is_queued_moves_to_the_new_policy_and_back)
{
    static const char *const policies[] = {"rr:3", "steal", "priority", "fcfs",
                                           "mlq",  "sjn",   "srt",      "steal"};
    start("steal");
    for (char name = 'A'; name <= 'J'; name++)
        spawn(name, 20, name);
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++) {
        ck_assert_int_eq(rgo_policy_set(policies[i]), 0);
        ck_assert_mem_eq(rgo_policy(), policies[i], 2);
        if (strcmp(policies[i], "steal") == 0 || strcmp(policies[i], "fcfs") == 0)
            rgo_yield();
    }
    while (left)
        rgo_yield();
    ck_assert_uint_eq(strlen(chart), 200);
}
END_TEST

START_TEST(what_is_no_policy_is_refused)
{
    static const char *const wrong[] = {"",      "rrr",    "rr:",     "rr:0",   "rr:-1",
                                        "rr:3x", "fcfs:3", "mlq:0",   "mlq:33", "mlq:3:0",
                                        "RR",    "mlq:",   "rr:10 ms"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(rgo_policy_set(wrong[i]) == EINVAL, "%s was taken", wrong[i]);
    ck_assert_int_eq(rgo_policy_set(NULL), EINVAL);
    ck_assert_str_eq(rgo_policy(), "steal");
    static const char *const right[] = {"rr", "rr:10ms", "rr:1us", "mlq:4", "mlq:4:5ms", "steal"};
    for (unsigned i = 0; i < sizeof right / sizeof *right; i++)
        ck_assert_int_eq(rgo_policy_set(right[i]), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy");
    TCase *tcase = tcase_create("policy");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, fcfs_in_order_of_arrival);
    tcase_add_test(tcase, fcfs_who_yields_goes_to_the_end);
    tcase_add_test(tcase, rr_ends_a_turn_after_its_quantum);
    tcase_add_test(tcase, priority_runs_the_larger_first_and_equals_in_turn);
    tcase_add_test(tcase, sjn_runs_the_shortest_to_its_end);
    tcase_add_test(tcase, srt_lets_a_shorter_remaining_time_go_first);
    tcase_add_test(tcase, mlq_who_uses_up_its_quantum_goes_down);
    tcase_add_test(tcase, mlq_lets_nobody_starve);
    tcase_add_test(tcase, what_is_queued_moves_to_the_new_policy_and_back);
    tcase_add_test(tcase, what_is_no_policy_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
