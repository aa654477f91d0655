/* testing: quiescence, patterns, durations. What the harness prints is in prog_testing_*.c. */
#include <check.h>
#include <pthread.h>

#define RGO_NO_SHORT_NAMES
#include "racerun/go.h"
#include "quiet.h"
#include "testing.h"

#define MINUTE INT64_C(60000000000)

static _Atomic int done;

static int64_t in(int64_t ns)
{
    return time_now() + ns;
}

/* ---- quiescence ---- */

static void hop(int hops)
{
    while (hops--)
        rgo_yield();
    done++;
}

START_TEST(quiet_when_all_have_run_to_their_ends)
{
    done = 0;
    for (int i = 0; i < 100; i++)
        rgo_go(hop, i);
    ck_assert_int_eq(quiet_wait(in(MINUTE), in(MINUTE)), QUIET_FOREVER);
    ck_assert_int_eq(done, 100);
}
END_TEST

static void relay(rgo_chan *from, rgo_chan *to)
{
    rgo_chan_recv_(from, NULL);
    done++;
    rgo_chan_send_(to, NULL); /* for ever, but for the first */
}

START_TEST(quiet_when_the_others_are_blocked)
{
    rgo_chan *a = rgo_chan_new(0, 0), *b = rgo_chan_new(0, 0), *c = rgo_chan_new(0, 0);
    done = 0;
    rgo_go(relay, a, b);
    rgo_go(relay, b, c);
    rgo_go(rgo_chan_send_, a, NULL);
    ck_assert_int_eq(quiet_wait(in(MINUTE), in(MINUTE)), QUIET_FOREVER);
    ck_assert_int_eq(done, 2);
    rgo_chan_recv_(c, NULL);
    ck_assert_int_eq(quiet_wait(in(MINUTE), in(MINUTE)), QUIET_FOREVER);
    rgo_chan_free_(a);
    rgo_chan_free_(b);
    rgo_chan_free_(c);
}
END_TEST

static void sleep_and_tell(void)
{
    rgo_sleep(3000000);
    done++;
}

START_TEST(sleepers_within_patience_are_waited_for)
{
    done = 0;
    rgo_go(sleep_and_tell);
    rgo_go(sleep_and_tell);
    ck_assert_int_eq(quiet_wait(in(MINUTE), in(MINUTE)), QUIET_FOREVER);
    ck_assert_int_eq(done, 2);
}
END_TEST

static void nothing(void *unused)
{
    (void)unused;
}

START_TEST(far_timers_are_not_waited_for)
{
    rgo_timer *far = rgo_after_func(100 * MINUTE, nothing, NULL);
    done = 0;
    rgo_go(sleep_and_tell);
    ck_assert_int_eq(quiet_wait(in(20000000), in(MINUTE)), QUIET_MOMENT);
    ck_assert_int_eq(quiet_wait(in(0), in(MINUTE)), QUIET_MOMENT);
    rgo_timer_free(far);
}
END_TEST

static _Atomic bool stop;

static void run_on(void)
{
    while (!stop)
        rgo_yield();
    done++;
}

START_TEST(who_goes_on_and_on_is_given_up)
{
    done = 0;
    stop = false;
    rgo_go(run_on);
    ck_assert_int_eq(quiet_wait(in(0), in(1000000)), QUIET_NEVER);
    stop = true;
    ck_assert_int_eq(quiet_wait(in(MINUTE), in(MINUTE)), QUIET_FOREVER);
    ck_assert_int_eq(done, 1);
}
END_TEST

static void *guest_waits(void *wg)
{
    rgo_go(hop, 10);
    ck_assert_int_eq(quiet_wait(in(MINUTE), in(MINUTE)), QUIET_FOREVER);
    ck_assert_int_eq(done, 1);
    rgo_waitgroup_done(wg);
    return NULL;
}

START_TEST(guests_may_wait_for_quiet)
{
    pthread_t thread;
    rgo_waitgroup wg = {0};
    done = 0;
    rgo_waitgroup_add(&wg, 1);
    pthread_create(&thread, NULL, guest_waits, &wg);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
}
END_TEST

/* ---- patterns ---- */

static bool matches(const char *pattern, const char *name)
{
    bool whole;
    return test_matches(pattern, name, &whole);
}

static bool matches_whole(const char *pattern, const char *name)
{
    bool whole;
    return test_matches(pattern, name, &whole) && whole;
}

START_TEST(patterns_are_looked_for_level_by_level)
{
    ck_assert(matches(NULL, "test_a/b"));
    ck_assert(matches("a", "test_a"));
    ck_assert(!matches("^a", "test_a"));
    ck_assert(matches("a|b", "test_b"));
    ck_assert(matches("a/b", "test_a"));
    ck_assert(matches("a/b", "test_a/b"));
    ck_assert(!matches("a/b", "test_a/c"));
    ck_assert(matches("a/b", "test_a/b/c"));
    ck_assert(matches("/b", "test_a/b"));
    ck_assert(matches("[/a]", "test_a"));
    ck_assert(!matches("b", "test_a/b"));
}
END_TEST

START_TEST(a_pattern_with_more_levels_matches_no_whole_name)
{
    ck_assert(matches_whole("a", "test_a"));
    ck_assert(matches_whole("a", "test_a/b"));
    ck_assert(!matches_whole("a/b", "test_a"));
    ck_assert(matches_whole("a/b", "test_a/b"));
}
END_TEST

START_TEST(wrong_patterns_are_refused)
{
    char wrong[100];
    ck_assert(test_pattern_check("a/b", wrong, sizeof wrong));
    ck_assert(!test_pattern_check("a/(b", wrong, sizeof wrong));
    ck_assert(*wrong);
}
END_TEST

/* ---- durations ---- */

static int64_t parsed(const char *text)
{
    int64_t ns = -1;
    return duration_parse(text, &ns) ? ns : -1;
}

START_TEST(durations_are_read_as_go_does)
{
    ck_assert_int_eq(parsed("0"), 0);
    ck_assert_int_eq(parsed("5ns"), 5);
    ck_assert_int_eq(parsed("20ms"), 20000000);
    ck_assert_int_eq(parsed("1.5s"), 1500000000);
    ck_assert_int_eq(parsed("1m30s"), 90 * INT64_C(1000000000));
    ck_assert_int_eq(parsed("2h"), 120 * MINUTE);
    static const char *const wrong[] = {"",    "5",   "s",    "-1s",   "1x",
                                        "1s ", "inf", "nans", "1e30h", " 1s"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq(parsed(wrong[i]), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("testing");
    TCase *tests = tcase_create("testing");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, quiet_when_all_have_run_to_their_ends);
    tcase_add_test(tests, quiet_when_the_others_are_blocked);
    tcase_add_test(tests, sleepers_within_patience_are_waited_for);
    tcase_add_test(tests, far_timers_are_not_waited_for);
    tcase_add_test(tests, who_goes_on_and_on_is_given_up);
    tcase_add_test(tests, guests_may_wait_for_quiet);
    tcase_add_test(tests, patterns_are_looked_for_level_by_level);
    tcase_add_test(tests, a_pattern_with_more_levels_matches_no_whole_name);
    tcase_add_test(tests, wrong_patterns_are_refused);
    tcase_add_test(tests, durations_are_read_as_go_does);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
