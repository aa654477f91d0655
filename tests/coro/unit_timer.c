/* Timers: order and count of firings, stopping while others fire, sleep, timers and tickers. Times
 * have lower bounds only. */
#define RGO_NO_SHORT_NAMES
#include <racerun/go.h>

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

#include "timer.h"
#include "worker.h"

#define MS INT64_C(1000000)
#define HANG (200000 * MS)

static void wait_for(_Atomic int *count, int wanted)
{
    int64_t until = time_now() + HANG;
    while (atomic_load(count) < wanted) {
        ck_assert_msg(time_now() < until, "%d of %d", atomic_load(count), wanted);
        rgo_sleep(MS / 10);
    }
}

/* ---- the heaps ---- */

struct record {
    struct timer timer;
    int64_t wanted;
};

static struct {
    _Atomic int fired;
    int64_t latest;
    bool disordered, early;
} order;

static void note(struct timer *t, int64_t now)
{
    struct record *record = t->context;
    order.disordered |= record->wanted < order.latest;
    order.early |= now < record->wanted;
    order.latest = record->wanted;
    atomic_fetch_add(&order.fired, 1);
}

static _Atomic bool all_set;
/* The earliest of its heap: nothing else in it fires before all are set. */
static void hold(struct timer *t, int64_t now)
{
    (void)t, (void)now;
    while (!atomic_load(&all_set))
        ;
}

START_TEST(timers_of_one_worker_fire_in_the_order_of_their_times_and_never_early)
{
    enum { COUNT = 3000 };
    struct record *records = calloc(COUNT, sizeof *records);
    order.latest = 0;
    order.disordered = order.early = false;
    atomic_store(&order.fired, 0);
    struct timer holder = {0};
    timer_start(&holder, 0, hold, NULL);
    int64_t base = time_now() + 5 * MS;
    for (int i = 0; i < COUNT; i++) { /* main is pinned: all are in one heap */
        records[i].wanted = base + runtime_random(20000) * 1000;
        timer_start(&records[i].timer, records[i].wanted, note, &records[i]);
    }
    atomic_store(&all_set, true);
    wait_for(&order.fired, COUNT);
    ck_assert(!order.disordered);
    ck_assert(!order.early);
    rgo_sleep(2 * MS);
    ck_assert_int_eq(atomic_load(&order.fired), COUNT);
    for (int i = 0; i < COUNT; i++)
        ck_assert(!timer_stop(&records[i].timer));
    free(records);
}
END_TEST

static _Atomic int counted;

static void count_up(struct timer *t, int64_t now)
{
    (void)t, (void)now;
    atomic_fetch_add(&counted, 1);
}

START_TEST(timers_that_are_stopped_do_not_fire_and_the_others_all_do)
{
    enum { COUNT = 4000 };
    struct timer *timers = calloc(COUNT, sizeof *timers);
    bool gone[COUNT] = {0};
    int stopped = 0;
    atomic_store(&counted, 0);
    int64_t base = time_now();
    for (int i = 0; i < COUNT; i++)
        timer_start(&timers[i], base + runtime_random(30000) * 1000, count_up, NULL);
    for (int i = 0; i < COUNT; i++) {
        uint32_t at = runtime_random(COUNT);
        if (!gone[at] && timer_stop(&timers[at])) {
            stopped++;
            ck_assert(!timer_stop(&timers[at]));
        }
        gone[at] = true;
    }
    wait_for(&counted, COUNT - stopped);
    rgo_sleep(35 * MS);
    ck_assert_int_eq(atomic_load(&counted), COUNT - stopped);
    free(timers);
}
END_TEST

START_TEST(a_timer_that_was_never_started_can_be_stopped)
{
    struct timer t = {0};
    ck_assert(!timer_stop(&t));
}
END_TEST

START_TEST(a_timer_that_is_reset_fires_once_at_its_last_time)
{
    struct record record = {.wanted = time_now() + 10 * MS};
    order.latest = 0;
    order.early = false;
    atomic_store(&order.fired, 0);
    timer_start(&record.timer, time_now() + 2 * HANG, note, &record);
    ck_assert(timer_reset(&record.timer, time_now() + HANG));
    ck_assert(timer_reset(&record.timer, record.wanted));
    wait_for(&order.fired, 1);
    ck_assert(!order.early);
    ck_assert(!timer_stop(&record.timer));
    ck_assert_int_eq(atomic_load(&order.fired), 1);
}
END_TEST

START_TEST(a_timer_at_the_end_of_time_can_be_set_and_stopped)
{
    struct timer t = {0};
    ck_assert_int_eq(timer_when(INT64_MAX), TIME_NEVER);
    timer_start(&t, TIME_NEVER, count_up, NULL);
    ck_assert(timers_pending());
    ck_assert(timer_stop(&t));
}
END_TEST

START_TEST(a_timer_in_the_past_fires)
{
    struct timer t = {0};
    atomic_store(&counted, 0);
    timer_start(&t, -5, count_up, NULL);
    wait_for(&counted, 1);
}
END_TEST

START_TEST(a_periodic_timer_fires_until_it_is_stopped)
{
    struct timer t = {.period = MS};
    atomic_store(&counted, 0);
    timer_start(&t, time_now(), count_up, NULL);
    wait_for(&counted, 5);
    ck_assert(timer_stop(&t));
    int at_stop = atomic_load(&counted);
    rgo_sleep(5 * MS);
    ck_assert_int_eq(atomic_load(&counted), at_stop);
}
END_TEST

/* The record is overwritten as soon as timer_stop has returned: fire() would notice. */
struct volatile_record {
    struct timer timer;
    _Atomic int alive;
};
static _Atomic int fired_dead, stops_done;

static void check_alive(struct timer *t, int64_t now)
{
    (void)now;
    struct volatile_record *record = t->context;
    for (int i = 0; i < 20; i++)
        if (!atomic_load(&record->alive))
            atomic_fetch_add(&fired_dead, 1);
}

static void stop_often(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        struct volatile_record record = {.alive = 1};
        timer_start(&record.timer, time_now() + runtime_random(20000), check_alive, &record);
        if (i % 4 == 0)
            rgo_sleep(runtime_random(20000));
        else
            rgo_yield();
        timer_stop(&record.timer);
        atomic_store(&record.alive, 0);
    }
    atomic_fetch_add(&stops_done, 1);
}

START_TEST(nobody_uses_a_record_after_it_was_stopped)
{
    atomic_store(&stops_done, 0);
    for (int i = 0; i < 8; i++)
        rgo_go(stop_often, 2000);
    wait_for(&stops_done, 8);
    ck_assert_int_eq(atomic_load(&fired_dead), 0);
}
END_TEST

/* ---- sleep ---- */

static _Atomic int slept, too_short;

static void sleep_once(int64_t ns)
{
    int64_t before = time_now();
    rgo_sleep(ns);
    if (time_now() - before < ns)
        atomic_fetch_add(&too_short, 1);
    atomic_fetch_add(&slept, 1);
}

START_TEST(ten_thousand_sleepers_all_wake_and_none_too_early)
{
    enum { COUNT = 10000 };
    atomic_store(&slept, 0);
    for (int i = 0; i < COUNT; i++)
        rgo_go(sleep_once, (int64_t)runtime_random(50000) * 1000);
    wait_for(&slept, COUNT);
    ck_assert_int_eq(atomic_load(&too_short), 0);
}
END_TEST

START_TEST(sleeping_for_nothing_or_less_returns)
{
    rgo_sleep(0);
    rgo_sleep(-1);
    rgo_sleep(INT64_MIN);
}
END_TEST

static void *sleep_in_thread(void *raw)
{
    (void)raw;
    for (int i = 0; i < 20; i++)
        sleep_once(MS / 2);
    return NULL;
}

START_TEST(threads_of_the_programs_own_sleep_too)
{
    pthread_t threads[4];
    atomic_store(&slept, 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, sleep_in_thread, NULL), 0);
    wait_for(&slept, 80);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(atomic_load(&too_short), 0);
}
END_TEST

/* While main computes, somebody else must look at the clock. */
START_TEST(a_timer_fires_although_the_worker_that_started_it_is_busy)
{
    if (rgo_procs() == 1)
        return;
    atomic_store(&counted, 0);
    struct timer t = {0};
    timer_start(&t, time_now() + MS, count_up, NULL);
    int64_t until = time_now() + HANG;
    while (!atomic_load(&counted))
        ck_assert(time_now() < until);
    ck_assert(!timer_stop(&t));
}
END_TEST

/* ---- the program's timers ---- */

START_TEST(a_timer_sends_the_time_when_it_fires)
{
    int64_t before = rgo_now();
    rgo_timer *t = rgo_timer_new(3 * MS);
    int64_t at = rgo_chan_get(rgo_timer_chan(t));
    ck_assert_int_ge(at, before + 3 * MS);
    ck_assert_int_le(at, rgo_now());
    ck_assert(!rgo_timer_stop(t));
    ck_assert(!rgo_timer_reset(t, MS));
    rgo_chan_get(rgo_timer_chan(t));
    rgo_timer_free(t);
    rgo_timer_free(NULL);
}
END_TEST

START_TEST(no_time_of_before_is_received_after_stop_or_reset)
{
    rgo_timer *t = rgo_timer_new(0);
    int64_t until = rgo_now() + HANG;
    while (!rgo_chan_len(rgo_timer_chan(t)) && rgo_now() < until)
        rgo_sleep(MS / 10);
    ck_assert(rgo_timer_stop(t));
    ck_assert(!rgo_timer_stop(t));
    int64_t value;
    ck_assert(!rgo_chan_try_recv(rgo_timer_chan(t), &value));
    rgo_timer_reset(t, 0);
    while (!rgo_chan_len(rgo_timer_chan(t)) && rgo_now() < until)
        rgo_sleep(MS / 10);
    int64_t before = rgo_now();
    ck_assert(rgo_timer_reset(t, 2 * MS));
    ck_assert_int_ge(rgo_chan_get(rgo_timer_chan(t)), before + 2 * MS);
    rgo_timer_free(t);
}
END_TEST

static _Atomic int called;
static void call(void *argument)
{
    atomic_fetch_add(&called, *(int *)argument);
}

START_TEST(a_function_is_called_once_per_start_and_not_after_stop)
{
    int one = 1;
    atomic_store(&called, 0);
    rgo_timer *t = rgo_after_func(MS, call, &one);
    ck_assert_ptr_null(rgo_timer_chan(t));
    wait_for(&called, 1);
    ck_assert(!rgo_timer_reset(t, MS));
    wait_for(&called, 2);
    ck_assert(!rgo_timer_reset(t, HANG));
    ck_assert(rgo_timer_stop(t));
    rgo_timer_free(t);
    t = rgo_after_func(HANG, call, &one);
    rgo_timer_free(t);
    rgo_sleep(3 * MS);
    ck_assert_int_eq(atomic_load(&called), 2);
}
END_TEST

START_TEST(go_after_needs_no_end)
{
    static int one = 1;
    atomic_store(&called, 0);
    for (int i = 0; i < 100; i++)
        rgo_go_after(i * MS / 20 - MS, call, &one);
    wait_for(&called, 100);
    rgo_sleep(MS);
    ck_assert_int_eq(atomic_load(&called), 100);
}
END_TEST

START_TEST(the_channel_of_after_can_be_freed_before_and_after_it_fires)
{
    rgo_chan_of(int64_t) c = rgo_after(MS);
    rgo_chan_get(c);
    rgo_chan_free(c);
    for (int i = 0; i < 200; i++) {
        c = rgo_after(runtime_random(50000));
        if (i % 2)
            rgo_sleep(runtime_random(50000));
        rgo_chan_free(c);
    }
    rgo_chan_free(rgo_after(HANG));
    rgo_sleep(MS);
}
END_TEST

static _Atomic int hammered;
static void hammer(rgo_timer *t)
{
    for (int i = 0; i < 2000; i++) {
        if (runtime_random(2))
            rgo_timer_reset(t, runtime_random(2000));
        else
            rgo_timer_stop(t);
        if (i % 16 == 0)
            rgo_sleep(1000);
    }
    atomic_fetch_add(&hammered, 1);
}

START_TEST(many_may_stop_and_reset_one_timer)
{
    rgo_timer *t = rgo_timer_new(MS);
    atomic_store(&hammered, 0);
    for (int i = 0; i < 4; i++)
        rgo_go(hammer, t);
    wait_for(&hammered, 4);
    rgo_timer_reset(t, 0);
    rgo_chan_get(rgo_timer_chan(t));
    rgo_timer_free(t);
}
END_TEST

/* ---- tickers ---- */

START_TEST(a_ticker_ticks_with_growing_times_until_it_is_stopped)
{
    rgo_ticker *t = rgo_ticker_new(MS);
    int64_t last = 0;
    for (int i = 0; i < 5; i++) {
        int64_t at = rgo_chan_get(rgo_ticker_chan(t));
        ck_assert_int_gt(at, last);
        last = at;
    }
    rgo_ticker_stop(t);
    rgo_sleep(5 * MS);
    int64_t value;
    ck_assert(!rgo_chan_try_recv(rgo_ticker_chan(t), &value));
    rgo_ticker_reset(t, MS / 2);
    ck_assert_int_gt(rgo_chan_get(rgo_ticker_chan(t)), last);
    rgo_ticker_free(t);
    rgo_ticker_free(NULL);
}
END_TEST

START_TEST(a_ticker_drops_ticks_for_a_slow_receiver)
{
    rgo_ticker *t = rgo_ticker_new(MS / 2);
    rgo_sleep(20 * MS);
    ck_assert_uint_le(rgo_chan_len(rgo_ticker_chan(t)), 1);
    rgo_ticker_free(t);
}
END_TEST

START_TEST(durations_are_nanoseconds_and_do_not_overflow)
{
    ck_assert_int_eq(rgo_us(3), 3000);
    ck_assert_int_eq(rgo_ms(-2), -2000000);
    ck_assert_int_eq(rgo_seconds(2), INT64_C(2000000000));
    ck_assert_int_eq(rgo_minutes(1), INT64_C(60000000000));
    ck_assert_int_eq(rgo_minutes(INT64_MAX), RGO_DURATION_MAX);
    ck_assert_int_eq(rgo_seconds(INT64_MIN), INT64_MIN);
    ck_assert_int_gt(rgo_wall_clock(), INT64_C(1577836800000000000)); /* 2020 */
}
END_TEST

int main(void)
{
    TCase *heaps = tcase_create("heaps");
    tcase_set_timeout(heaps, 120);
    tcase_add_test(heaps, timers_of_one_worker_fire_in_the_order_of_their_times_and_never_early);
    tcase_add_test(heaps, timers_that_are_stopped_do_not_fire_and_the_others_all_do);
    tcase_add_test(heaps, a_timer_that_was_never_started_can_be_stopped);
    tcase_add_test(heaps, a_timer_that_is_reset_fires_once_at_its_last_time);
    tcase_add_test(heaps, a_timer_at_the_end_of_time_can_be_set_and_stopped);
    tcase_add_test(heaps, a_timer_in_the_past_fires);
    tcase_add_test(heaps, a_periodic_timer_fires_until_it_is_stopped);
    tcase_add_test(heaps, nobody_uses_a_record_after_it_was_stopped);
    TCase *sleeping = tcase_create("sleep");
    tcase_add_test(sleeping, ten_thousand_sleepers_all_wake_and_none_too_early);
    tcase_add_test(sleeping, sleeping_for_nothing_or_less_returns);
    tcase_add_test(sleeping, threads_of_the_programs_own_sleep_too);
    tcase_add_test(sleeping, a_timer_fires_although_the_worker_that_started_it_is_busy);
    TCase *public = tcase_create("timers");
    tcase_add_test(public, a_timer_sends_the_time_when_it_fires);
    tcase_add_test(public, no_time_of_before_is_received_after_stop_or_reset);
    tcase_add_test(public, a_function_is_called_once_per_start_and_not_after_stop);
    tcase_add_test(public, go_after_needs_no_end);
    tcase_add_test(public, the_channel_of_after_can_be_freed_before_and_after_it_fires);
    tcase_add_test(public, many_may_stop_and_reset_one_timer);
    tcase_add_test(public, a_ticker_ticks_with_growing_times_until_it_is_stopped);
    tcase_add_test(public, a_ticker_drops_ticks_for_a_slow_receiver);
    tcase_add_test(public, durations_are_nanoseconds_and_do_not_overflow);
    Suite *suite = suite_create("timer");
    suite_add_tcase(suite, heaps);
    suite_add_tcase(suite, sleeping);
    suite_add_tcase(suite, public);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
