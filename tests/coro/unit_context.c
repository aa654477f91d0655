/* Contexts: what cancels what, when, with which words; values; that nothing is kept too long or too
 * short shows under AddressSanitizer. */
#define RGO_NO_SHORT_NAMES
#include <racerun/go.h>

#include <check.h>
#include <string.h>

#include "runtime.h"

#define MS INT64_C(1000000)
#define HANG (200000 * MS)

static bool is_done(rgo_context *ctx)
{
    bool ok = true;
    return rgo_chan_try_recv(rgo_context_done(ctx), NULL, &ok) && !ok;
}

static void wait_for(_Atomic int *count, int wanted)
{
    int64_t until = time_now() + HANG;
    while (atomic_load(count) < wanted) {
        ck_assert_msg(time_now() < until, "%d of %d", atomic_load(count), wanted);
        rgo_sleep(MS / 10);
    }
}

START_TEST(background_is_never_done)
{
    rgo_context *roots[] = {rgo_context_background(), rgo_context_todo(), NULL};
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_null(rgo_context_done(roots[i]));
        ck_assert_ptr_null(rgo_context_err(roots[i]));
        ck_assert_ptr_null(rgo_context_cause(roots[i]));
        ck_assert(!rgo_context_deadline(roots[i], NULL));
        ck_assert_ptr_null(rgo_context_value(roots[i], &roots));
        rgo_context_release(rgo_context_retain(roots[i]));
    }
}
END_TEST

START_TEST(cancel_says_context_canceled)
{
    rgo_context *ctx = rgo_context_with_cancel(NULL);
    ck_assert_ptr_null(rgo_context_err(ctx));
    ck_assert(!is_done(ctx));
    rgo_context_cancel(ctx);
    rgo_context_cancel(ctx);
    ck_assert(is_done(ctx));
    ck_assert_str_eq(rgo_context_err(ctx), "context canceled");
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_canceled);
    ck_assert_ptr_eq(rgo_context_cause(ctx), rgo_context_canceled);
    rgo_context_release(ctx);
}
END_TEST

START_TEST(done_that_is_first_asked_for_after_the_cancel_is_closed)
{
    rgo_context *ctx = rgo_context_with_cancel(rgo_context_background());
    rgo_context_cancel(ctx);
    ck_assert(is_done(ctx));
    ck_assert_ptr_eq(rgo_context_done(ctx), rgo_context_done(ctx));
    rgo_context_release(ctx);
}
END_TEST

START_TEST(a_cancel_reaches_all_below_and_nothing_beside_or_above)
{
    rgo_context *top = rgo_context_with_cancel(NULL);
    rgo_context *middle = rgo_context_with_cancel(top);
    rgo_context *beside = rgo_context_with_cancel(top);
    rgo_context *value = rgo_context_with_value(middle, &top, &middle, NULL);
    rgo_context *low = rgo_context_with_timeout(value, HANG);
    rgo_context *free_of_it = rgo_context_without_cancel(low);
    rgo_context_cancel_cause(middle, "no more need");
    ck_assert_ptr_eq(rgo_context_err(middle), rgo_context_canceled);
    ck_assert_ptr_eq(rgo_context_err(value), rgo_context_canceled);
    ck_assert_ptr_eq(rgo_context_err(low), rgo_context_canceled);
    ck_assert_str_eq(rgo_context_cause(low), "no more need");
    ck_assert(is_done(low));
    ck_assert_ptr_null(rgo_context_err(top));
    ck_assert_ptr_null(rgo_context_err(beside));
    ck_assert_ptr_null(rgo_context_err(free_of_it));
    ck_assert_ptr_null(rgo_context_done(free_of_it));
    ck_assert(!rgo_context_deadline(free_of_it, NULL));
    ck_assert_ptr_eq(rgo_context_value(free_of_it, &top), &middle);
    rgo_context_cancel_cause(top, "later");
    ck_assert_str_eq(rgo_context_cause(middle), "no more need");
    ck_assert_str_eq(rgo_context_cause(beside), "later");
    rgo_context *all[] = {top, middle, beside, value, low, free_of_it};
    for (int i = 0; i < 6; i++)
        rgo_context_release(all[i]);
}
END_TEST

START_TEST(a_child_of_a_cancelled_context_is_cancelled_from_its_beginning)
{
    rgo_context *top = rgo_context_with_cancel(NULL);
    rgo_context_cancel_cause(top, "why");
    rgo_context *child = rgo_context_with_timeout(top, HANG);
    ck_assert_ptr_eq(rgo_context_err(child), rgo_context_canceled);
    ck_assert_str_eq(rgo_context_cause(child), "why");
    rgo_context_release(child);
    rgo_context_release(top);
}
END_TEST

START_TEST(a_timeout_says_deadline_exceeded_and_not_before)
{
    int64_t before = rgo_now(), when;
    rgo_context *ctx = rgo_context_with_timeout(NULL, 3 * MS);
    rgo_context *child = rgo_context_with_cancel(ctx);
    ck_assert(rgo_context_deadline(child, &when));
    ck_assert_int_ge(when, before + 3 * MS);
    rgo_chan_get(rgo_context_done(child));
    ck_assert_int_ge(rgo_now(), when);
    ck_assert_str_eq(rgo_context_err(child), "context deadline exceeded");
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_deadline_exceeded);
    ck_assert_ptr_eq(rgo_context_cause(ctx), rgo_context_deadline_exceeded);
    rgo_context_end(child);
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_deadline_exceeded);
    rgo_context_end(ctx);
}
END_TEST

START_TEST(a_deadline_that_has_passed_cancels_at_once)
{
    rgo_context *ctx = rgo_context_with_deadline(NULL, rgo_now() - 1);
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_deadline_exceeded);
    rgo_context_end(ctx);
    ctx = rgo_context_with_timeout(NULL, INT64_MIN);
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_deadline_exceeded);
    rgo_context_end(ctx);
}
END_TEST

START_TEST(the_earlier_deadline_of_the_parent_stays)
{
    int64_t early = rgo_now() + HANG, when = 0;
    rgo_context *parent = rgo_context_with_deadline(NULL, early);
    rgo_context *child = rgo_context_with_deadline(parent, early + HANG);
    ck_assert(rgo_context_deadline(child, &when));
    ck_assert_int_eq(when, early);
    rgo_context_cancel(child);
    ck_assert_ptr_null(rgo_context_err(parent));
    rgo_context_end(child);
    rgo_context_end(parent);
}
END_TEST

START_TEST(a_cause_that_was_given_with_the_time_counts_when_the_time_is_up_first)
{
    rgo_context *ctx = rgo_context_with_timeout_cause(NULL, MS, "too slow");
    rgo_context *child = rgo_context_with_cancel(ctx);
    ck_assert(!rgo_chan_recv(rgo_context_done(child), NULL));
    ck_assert_ptr_eq(rgo_context_err(child), rgo_context_deadline_exceeded);
    ck_assert_str_eq(rgo_context_cause(child), "too slow");
    rgo_context_end(child);
    rgo_context_end(ctx);
    ctx = rgo_context_with_deadline_cause(NULL, rgo_now() - 1, "past");
    ck_assert_str_eq(rgo_context_cause(ctx), "past");
    rgo_context_end(ctx);
    ctx = rgo_context_with_timeout_cause(NULL, INT64_MAX, "never");
    rgo_context_cancel(ctx);
    ck_assert_ptr_eq(rgo_context_cause(ctx), rgo_context_canceled);
    rgo_context_end(ctx);
    ctx = rgo_context_with_timeout_cause(NULL, INT64_MIN, NULL);
    ck_assert_ptr_eq(rgo_context_cause(ctx), rgo_context_deadline_exceeded);
    rgo_context_end(ctx);
}
END_TEST

static int destroyed;
static void destroy(void *value)
{
    destroyed += *(int *)value;
}

START_TEST(the_nearest_value_counts_and_each_is_destroyed_once)
{
    static int key, other;
    int one = 1, ten = 10;
    destroyed = 0;
    rgo_context *outer = rgo_context_with_value(NULL, &key, &one, destroy);
    rgo_context *inner = rgo_context_with_value(outer, &key, &ten, destroy);
    rgo_context *leaf = rgo_context_with_cancel(inner);
    ck_assert_ptr_eq(rgo_context_value(leaf, &key), &ten);
    ck_assert_ptr_eq(rgo_context_value(outer, &key), &one);
    ck_assert_ptr_null(rgo_context_value(leaf, &other));
    rgo_context_release(outer);
    rgo_context_release(inner);
    ck_assert_int_eq(destroyed, 0);
    rgo_context_end(leaf);
    ck_assert_int_eq(destroyed, 11);
}
END_TEST

START_TEST(a_chain_of_a_hundred_thousand_is_cancelled_and_ended)
{
    enum { DEPTH = 100000 };
    rgo_context *top = rgo_context_with_cancel(NULL), *at = rgo_context_retain(top);
    for (int i = 0; i < DEPTH; i++) {
        rgo_context *child = rgo_context_with_cancel(at);
        rgo_context_release(at);
        at = child;
    }
    rgo_context_cancel(top);
    ck_assert_ptr_eq(rgo_context_err(at), rgo_context_canceled);
    rgo_context_release(at);
    rgo_context_release(top);
}
END_TEST

static _Atomic int calls;
static void call(void *argument)
{
    atomic_fetch_add(&calls, *(int *)argument);
}

START_TEST(a_function_runs_once_after_the_cancel_unless_stopped)
{
    static int one = 1, hundred = 100;
    atomic_store(&calls, 0);
    rgo_context *ctx = rgo_context_with_cancel(NULL);
    rgo_context_after *runs = rgo_context_after_func(ctx, call, &one);
    rgo_context_after *stopped = rgo_context_after_func(ctx, call, &hundred);
    ck_assert(rgo_context_after_stop(stopped));
    rgo_context_cancel(ctx);
    wait_for(&calls, 1);
    ck_assert(!rgo_context_after_stop(runs));
    rgo_context_after *late = rgo_context_after_func(ctx, call, &one);
    wait_for(&calls, 2);
    ck_assert(!rgo_context_after_stop(late));
    rgo_context_release(ctx);
    ck_assert_ptr_null(rgo_context_after_func(rgo_context_background(), call, &hundred));
    ck_assert(rgo_context_after_stop(NULL));
    rgo_sleep(MS);
    ck_assert_int_eq(atomic_load(&calls), 2);
}
END_TEST

START_TEST(a_function_of_a_context_that_ends_uncancelled_can_be_stopped)
{
    static int one = 1;
    rgo_context *ctx = rgo_context_with_cancel(NULL);
    rgo_context_after *after = rgo_context_after_func(ctx, call, &one);
    rgo_context_release(ctx);
    ck_assert(rgo_context_after_stop(after));
}
END_TEST

static _Atomic int seen;
static void wait_done(rgo_context *ctx)
{
    rgo_chan_get(rgo_context_done(ctx));
    if (rgo_context_err(ctx))
        atomic_fetch_add(&seen, 1);
    rgo_context_release(ctx);
}

START_TEST(everybody_who_waits_for_done_goes_on)
{
    atomic_store(&seen, 0);
    rgo_context *ctx = rgo_context_with_timeout(NULL, 5 * MS);
    for (int i = 0; i < 100; i++)
        rgo_go(wait_done, rgo_context_retain(ctx));
    wait_for(&seen, 100);
    rgo_context_end(ctx);
}
END_TEST

static _Atomic int grown;
/* Makes and ends contexts below one that is cancelled meanwhile. */
static void grow(rgo_context *top)
{
    for (int i = 0; i < 300; i++) {
        rgo_context *a = rgo_context_with_cancel(top);
        rgo_context *b = rgo_context_with_timeout(a, runtime_random(50000));
        rgo_context *c = rgo_context_with_value(b, &grown, top, NULL);
        rgo_context *d = rgo_context_with_cancel(c);
        switch (runtime_random(4)) {
        case 0:
            rgo_context_cancel(a);
            rgo_chan_get(rgo_context_done(d)); /* top's timeout may be at it */
            ck_assert_ptr_nonnull(rgo_context_err(d));
            break;
        case 1:
            rgo_chan_get(rgo_context_done(d));
            break;
        case 2:
            rgo_sleep(runtime_random(50000));
            break;
        }
        rgo_context_release(a);
        rgo_context_release(c);
        if (runtime_random(2))
            rgo_context_cancel(d);
        rgo_context_release(b);
        rgo_context_release(d);
    }
    rgo_context_release(top);
    atomic_fetch_add(&grown, 1);
}

START_TEST(contexts_come_and_go_while_their_parent_is_cancelled)
{
    atomic_store(&grown, 0);
    for (int round = 1; round <= 4; round++) {
        rgo_context *top = rgo_context_with_timeout(NULL, 4 * MS);
        for (int i = 0; i < 8; i++)
            rgo_go(grow, rgo_context_retain(top));
        rgo_context_release(top);
        wait_for(&grown, 8 * round);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("context");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, background_is_never_done);
    tcase_add_test(tests, cancel_says_context_canceled);
    tcase_add_test(tests, done_that_is_first_asked_for_after_the_cancel_is_closed);
    tcase_add_test(tests, a_cancel_reaches_all_below_and_nothing_beside_or_above);
    tcase_add_test(tests, a_child_of_a_cancelled_context_is_cancelled_from_its_beginning);
    tcase_add_test(tests, a_timeout_says_deadline_exceeded_and_not_before);
    tcase_add_test(tests, a_deadline_that_has_passed_cancels_at_once);
    tcase_add_test(tests, the_earlier_deadline_of_the_parent_stays);
    tcase_add_test(tests,
                   a_cause_that_was_given_with_the_time_counts_when_the_time_is_up_first);
    tcase_add_test(tests, the_nearest_value_counts_and_each_is_destroyed_once);
    tcase_add_test(tests, a_chain_of_a_hundred_thousand_is_cancelled_and_ended);
    tcase_add_test(tests, a_function_runs_once_after_the_cancel_unless_stopped);
    tcase_add_test(tests, a_function_of_a_context_that_ends_uncancelled_can_be_stopped);
    tcase_add_test(tests, everybody_who_waits_for_done_goes_on);
    tcase_add_test(tests, contexts_come_and_go_while_their_parent_is_cancelled);
    Suite *suite = suite_create("context");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
