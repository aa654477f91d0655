/* Panics that somebody recovers. */
#include <check.h>
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime.h"

static char trail[512];

static void mark(const char *what)
{
    strncat(trail, what, sizeof trail - strlen(trail) - 1);
}

static void note(void)
{
    const go_panicked *p = go_recover();
    mark(p ? p->text : "nothing");
    mark(";");
}

static int divide(int a, int b)
{
    go_on_recover return -1;
    defer(mark, "last;");
    defer(note);
    defer(mark, "first;");
    if (!b)
        go_panic("divide %d by zero", a);
    return a / b;
}

START_TEST(a_recovered_function_returns_to_its_caller)
{
    trail[0] = 0;
    ck_assert_int_eq(divide(1, 0), -1);
    ck_assert_str_eq(trail, "first;divide 1 by zero;last;");
    trail[0] = 0;
    ck_assert_int_eq(divide(4, 2), 2);
    ck_assert_str_eq(trail, "first;nothing;last;");
}
END_TEST

static void lets_pass(void)
{
    go_on_recover ck_abort_msg("nobody recovered here");
    defer(mark, "passed;");
    go_panic("through");
}

START_TEST(a_panic_passes_places_where_nobody_recovers)
{
    volatile int rescued = 0;
    trail[0] = 0;
    go_attempt {
        lets_pass();
        ck_abort();
    } go_rescue(p) {
        ck_assert_str_eq(p->text, "through");
        ck_assert_ptr_null(p->value);
        rescued++;
    }
    ck_assert_int_eq(rescued, 1);
    ck_assert_str_eq(trail, "passed;");
    ck_assert_ptr_null(goroutine_self()->defers);
    ck_assert_ptr_null(goroutine_self()->panics);
}
END_TEST

START_TEST(an_attempt_without_panic_is_its_body)
{
    int rounds = 0;
    go_attempt {
        rounds++;
    } go_rescue(p) {
        ck_abort_msg("%s", p->text);
    }
    go_attempt {
        rounds++;
        break;
    } go_rescue(p) {
        ck_abort_msg("%s", p->text);
    }
    ck_assert_int_eq(rounds, 2);
    ck_assert_ptr_null(goroutine_self()->defers);
}
END_TEST

static const char *leave_by_return(void)
{
    go_attempt {
        return "left";
    } go_rescue(p) {
        return p->text;
    }
    return "fell through";
}

START_TEST(an_attempt_may_be_left_by_return)
{
    ck_assert_str_eq(leave_by_return(), "left");
    ck_assert_ptr_null(goroutine_self()->defers);
}
END_TEST

static void panic_value(void *value)
{
    go_panic_value(value, "with a value");
}

START_TEST(values_reach_whoever_recovers)
{
    int value = 5;
    volatile int seen = 0;
    go_attempt {
        panic_value(&value);
    } go_rescue(p) {
        seen = *(int *)p->value;
        ck_assert_str_eq(p->text, "with a value");
    }
    ck_assert_int_eq(seen, 5);
    go_attempt {
        panic_text("send on closed channel");
    } go_rescue(p) {
        ck_assert_str_eq(p->text, "send on closed channel");
        seen = 6;
    }
    ck_assert_int_eq(seen, 6);
}
END_TEST

static void panics_again(void)
{
    go_attempt {
        go_panic("inner");
    } go_rescue(p) {
        mark(p->text);
        go_panic_value(p->value, "outer");
    }
}

START_TEST(attempts_nest_and_panic_again)
{
    trail[0] = 0;
    go_attempt {
        panics_again();
    } go_rescue(p) {
        mark(",");
        mark(p->text);
    }
    ck_assert_str_eq(trail, "inner,outer");
    ck_assert_ptr_null(goroutine_self()->panics);
}
END_TEST

static void panics_second(void)
{
    mark("deferred;");
    go_panic("second");
}

START_TEST(a_panic_in_a_deferred_call_takes_the_place_of_the_first)
{
    trail[0] = 0;
    go_attempt {
        defer(mark, "older;");
        defer(panics_second);
        go_panic("first");
    } go_rescue(p) {
        mark(p->text);
    }
    ck_assert_str_eq(trail, "deferred;older;second");
    ck_assert_ptr_null(goroutine_self()->panics);
}
END_TEST

static void attempts_inside(void)
{
    go_attempt {
        go_panic("inside");
    } go_rescue(p) {
        mark(p->text);
        mark(";");
    }
}

START_TEST(a_deferred_call_may_attempt_during_a_panic)
{
    trail[0] = 0;
    go_attempt {
        defer(attempts_inside);
        go_panic("first");
    } go_rescue(p) {
        mark(p->text);
    }
    ck_assert_str_eq(trail, "inside;first");
    ck_assert_ptr_null(goroutine_self()->panics);
}
END_TEST

static void calls_a_tidy_function(void)
{
    {
        defer(note); /* its block ends normally: it sees no panic */
        mark("tidy;");
    }
}

static void recovers_after_own_defer(void)
{
    defer(mark, "unlocked;");
    note();
}

START_TEST(recover_sees_the_panic_only_in_calls_that_it_runs)
{
    trail[0] = 0;
    go_attempt {
        defer(calls_a_tidy_function);
        go_panic("first");
    } go_rescue(p) {
        mark(p->text);
    }
    ck_assert_str_eq(trail, "tidy;nothing;first");
    trail[0] = 0;
    go_attempt {
        defer(note); /* recovered already */
        defer(recovers_after_own_defer);
        go_panic("second");
    } go_rescue(p) {
        mark("rescued ");
        mark(p->text);
    }
    ck_assert_str_eq(trail, "second;unlocked;nothing;rescued second");
    ck_assert_ptr_null(go_recover());
}
END_TEST

static _Atomic int finished;

static void finish(void)
{
    finished++;
}

static void recovers_at_the_top(void)
{
    defer(finish);
    defer(note);
    go_panic("at the top");
}

static void exits(void)
{
    go_exit();
}

static void exits_while_panicking(void)
{
    defer(finish);
    defer(exits);
    go_panic("lost");
}

START_TEST(a_goroutine_that_recovers_or_exits_ends_quietly)
{
    trail[0] = 0;
    finished = 0;
    go(recovers_at_the_top);
    while (finished < 1)
        go_yield();
    ck_assert_str_eq(trail, "at the top;");
    go(exits_while_panicking);
    while (finished < 2)
        go_yield();
}
END_TEST

static int deep(int depth)
{
    char block[64];
    defer(finish);
    snprintf(block, sizeof block, "depth %d", depth);
    if (depth)
        return deep(depth - 1) + block[0];
    go_yield();
    if (block[0])
        go_panic("%s", block);
    return 0;
}

static void many_rounds(int rounds)
{
    for (volatile int i = 0; i < rounds; i++) {
        go_attempt {
            deep(5);
        } go_rescue(p) {
            ck_assert_str_eq(p->text, "depth 0");
            go_yield();
        }
    }
    finish();
}

START_TEST(many_goroutines_panic_and_recover_again_and_again)
{
    finished = 0;
    for (int i = 0; i < 20; i++)
        go(many_rounds, 50);
    while (finished < 20 * (50 * 6 + 1))
        go_yield();
}
END_TEST

static double kept(int a, double b, volatile int *steps)
{
    long c = a * 3L;
    go_on_recover return a + b + (double)c + *steps;
    defer(note);
    *steps = 7;
    go_panic("kept");
}

START_TEST(variables_from_before_are_kept)
{
    volatile int steps = 0;
    trail[0] = 0;
    ck_assert_double_eq(kept(2, 0.5, &steps), 2 + 0.5 + 6 + 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("panic");
    TCase *tests = tcase_create("panic");
    tcase_add_test(tests, a_recovered_function_returns_to_its_caller);
    tcase_add_test(tests, a_panic_passes_places_where_nobody_recovers);
    tcase_add_test(tests, an_attempt_without_panic_is_its_body);
    tcase_add_test(tests, an_attempt_may_be_left_by_return);
    tcase_add_test(tests, values_reach_whoever_recovers);
    tcase_add_test(tests, attempts_nest_and_panic_again);
    tcase_add_test(tests, a_panic_in_a_deferred_call_takes_the_place_of_the_first);
    tcase_add_test(tests, a_deferred_call_may_attempt_during_a_panic);
    tcase_add_test(tests, recover_sees_the_panic_only_in_calls_that_it_runs);
    tcase_add_test(tests, a_goroutine_that_recovers_or_exits_ends_quietly);
    tcase_add_test(tests, many_goroutines_panic_and_recover_again_and_again);
    tcase_add_test(tests, variables_from_before_are_kept);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
