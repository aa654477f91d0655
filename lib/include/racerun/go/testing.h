/*
 * racerun/go/testing.h: tests with the manners of Go's package testing.
 *
 *     static void test_adds(rgo_test *t)
 *     {
 *         if (add(1, 2) != 3)
 *             test_errorf(t, "1 + 2 = %d", add(1, 2));
 *     }
 *     RGO_TESTING_MAIN(test_adds, test_subtracts)
 *
 * Each test runs in a goroutine of its own, with a stack of 1 MiB, one after the other. When one
 * has ended, the other goroutines run until none can any more; those that it started and that are
 * still blocked then are a failure, told with what they wait for, where, and who created them.
 *
 * Nothing here orders goroutines among each other, except that a test's end comes before the return
 * of the test_run that started it, or before what follows in main. So a detector sees what the test
 * itself does.
 *
 * Except where it says so, these may be called from any goroutine while the test runs; threads of
 * the program's own count as goroutines. An rgo_test is valid until the process ends.
 */
#ifndef RACERUN_GO_TESTING_H
#define RACERUN_GO_TESTING_H

#include "racerun/go/base.h"

RGO_BEGIN_DECLS

typedef struct rgo_test rgo_test;

/* ---- main ---- */

/* Runs the tests, in order, as the arguments of the program say. `names` are theirs, with commas.
 *   -run P       those that match P: extended regular expressions with '/' between, one a level
 *   -skip P      not those that match P
 *   -list P      run nothing, print the names of the top-level tests that match P
 *   -v           print tests as they run, with all they log
 *   -count N     run all of them N times (default 1)
 *   -failfast    start no more top-level tests after a failure
 *   -short       see rgo_test_short
 *   -parallel N  so many parallel tests at a time (default: rgo_procs)
 *   -timeout D   panic, with all goroutines, when it all takes longer (default 10m, 0: never);
 *                D is a time such as 1m30s, 1.5h, 200ms
 *   -leaks off   do not look for goroutines that are still blocked (default: on)
 *   -patience D  wait so long for what only waits for the clock or the network (default 1s)
 * -name=value and --name are the same. From the first argument without '-' on nothing is looked at.
 * Output is as of go test: to standard output, at last PASS and "ok  PROGRAM TIME", or FAIL.
 * Returns the exit code: 0, 1 when a test failed, 2 for bad arguments. From main, once. */
RGO_API int rgo_testing_main(int argc, char **argv, const char *names,
                             void (*const *tests)(rgo_test *t), size_t count);

/* main for the tests that it lists. */
#define RGO_TESTING_MAIN(...)                                                                      \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static void (*const rgo_tests_[])(rgo_test *) = {__VA_ARGS__};                             \
        return rgo_testing_main(argc, argv, #__VA_ARGS__, rgo_tests_,                              \
                                sizeof rgo_tests_ / sizeof *rgo_tests_);                           \
    }

/* ---- subtests ---- */

/* fn(t) as a subtest, in a goroutine of its own, called PARENT/name; a name that was had already
 * gets a number, #01. Returns when it has ended, or has called rgo_test_parallel. Whether it did
 * not fail; true also when it was not to be run. To be called before the function of the test has
 * returned. */
RGO_API bool rgo_test_run(rgo_test *t, const char *name, void (*fn)(rgo_test *t));
/* The same with an argument; what it points at must live until the subtest has ended. */
RGO_API bool rgo_test_run_with(rgo_test *t, const char *name,
                               void (*fn)(rgo_test *t, void *argument), void *argument);
/* This test is to run side by side with the other parallel ones of its parent: it waits until the
 * parent's function has returned (for top-level tests: until all others have ended). In the test's
 * own goroutine, once. Panics: "testing: t.Parallel called multiple times". */
RGO_API void rgo_test_parallel(rgo_test *t);

/* ---- outcome ----
 * After the test has completed, saying anything panics: "Log in goroutine after NAME has completed:
 * ...", "Fail in goroutine after NAME has completed". What a subtest logs while its parent goes on
 * is the parent's, though. */

/* The test has failed, and goes on. */
RGO_API void rgo_test_fail(rgo_test *t);
/* The test has failed and ends: its deferred calls run as with rgo_exit. In the test's own
 * goroutine alone, elsewhere it panics. */
RGO_API RGO_NORETURN void rgo_test_fail_now(rgo_test *t);
/* The test ends without having passed, where it makes no sense. In the test's own goroutine alone.
 */
RGO_API RGO_NORETURN void rgo_test_skip_now(rgo_test *t);
/* So far. A test whose subtest failed has failed. */
RGO_API bool rgo_test_failed(const rgo_test *t);
RGO_API bool rgo_test_skipped(const rgo_test *t);

/* For the macros below: logs the message with its place, then does as `then` says. */
enum rgo_test_then { RGO_TEST_GO_ON, RGO_TEST_FAIL, RGO_TEST_FAIL_NOW, RGO_TEST_SKIP_NOW };
RGO_API void rgo_test_say(rgo_test *t, enum rgo_test_then then, const char *file, int line,
                          const char *function, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Messages as of printf; printed when the test has failed, or with -v. */
#define rgo_test_logf(t, ...) RGO_TEST_SAY_(t, RGO_TEST_GO_ON, __VA_ARGS__)
/* And rgo_test_fail. */
#define rgo_test_errorf(t, ...) RGO_TEST_SAY_(t, RGO_TEST_FAIL, __VA_ARGS__)
/* And rgo_test_fail_now. */
#define rgo_test_fatalf(t, ...)                                                                    \
    (RGO_TEST_SAY_(t, RGO_TEST_FAIL_NOW, __VA_ARGS__), __builtin_unreachable())
/* And rgo_test_skip_now. */
#define rgo_test_skipf(t, ...)                                                                     \
    (RGO_TEST_SAY_(t, RGO_TEST_SKIP_NOW, __VA_ARGS__), __builtin_unreachable())
#define RGO_TEST_SAY_(t, then, ...) rgo_test_say(t, then, __FILE__, __LINE__, __func__, __VA_ARGS__)

/* The calling function is a helper of tests: the place of what it logs is its caller's. That place
 * is found by libunwind and debug information; where these fail it is the helper's own. */
#define rgo_test_helper(t) rgo_test_helper_mark(t, __func__)
RGO_API void rgo_test_helper_mark(rgo_test *t, const char *function);

/* ---- surroundings ---- */

/* With those of the parents, as in "test_adds/negative". */
RGO_API const char *rgo_test_name(const rgo_test *t);
/* Calls fn(argument) when the test and its subtests have ended, the latest first. */
RGO_API void rgo_test_cleanup(rgo_test *t, void (*fn)(void *argument), void *argument);
/* A new empty folder, which is removed with all that is in it when the test ends. Valid until then.
 */
RGO_API const char *rgo_test_tempdir(rgo_test *t);
/* When -timeout will strike, as rgo_now tells time. False: never; *ret_deadline is untouched. */
RGO_API bool rgo_test_deadline(const rgo_test *t, int64_t *ret_deadline);
/* -short was given; -v was. */
RGO_API bool rgo_test_short(void);
RGO_API bool rgo_test_verbose(void);

RGO_END_DECLS

/* With arguments, so that the names alone stay free for tests. */
#ifndef RGO_NO_SHORT_NAMES
#define test_run(t, name, fn) rgo_test_run(t, name, fn)
#define test_run_with(t, name, fn, argument) rgo_test_run_with(t, name, fn, argument)
#define test_parallel(t) rgo_test_parallel(t)
#define test_fail(t) rgo_test_fail(t)
#define test_fail_now(t) rgo_test_fail_now(t)
#define test_skip_now(t) rgo_test_skip_now(t)
#define test_failed(t) rgo_test_failed(t)
#define test_skipped(t) rgo_test_skipped(t)
#define test_logf(t, ...) rgo_test_logf(t, __VA_ARGS__)
#define test_errorf(t, ...) rgo_test_errorf(t, __VA_ARGS__)
#define test_fatalf(t, ...) rgo_test_fatalf(t, __VA_ARGS__)
#define test_skipf(t, ...) rgo_test_skipf(t, __VA_ARGS__)
#define test_helper(t) rgo_test_helper(t)
#define test_name(t) rgo_test_name(t)
#define test_cleanup(t, fn, argument) rgo_test_cleanup(t, fn, argument)
#define test_tempdir(t) rgo_test_tempdir(t)
#define test_deadline(t, ret_deadline) rgo_test_deadline(t, ret_deadline)
#define test_short() rgo_test_short()
#define test_verbose() rgo_test_verbose()
#endif

#endif
