/* Blocking calls: results of every kind, errno, many at once, and the others go on meanwhile. */
#include <check.h>
#include <complex.h>
#include <dlfcn.h>
#include <fenv.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* First: its names and the short ones of the public headers do not mix in the other order. */
#include "../../lib/coro/worker.h"

#include "racerun/go.h"

#include "expect.h"

/* ---- arguments and results ---- */

static void nothing(int *where)
{
    *where = 7;
}
static char small_integer(signed char a, short b)
{
    return (char)(a + b);
}
static long many(long a, long b, long c, long d, long e, long f, long g, long h, double i)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + (long)i;
}
static void *pointer(void *p)
{
    return p;
}
static float single(float a, double b)
{
    return a * (float)b;
}
static double dozen(double a, double b, double c, double d, double e, double f, double g, double h,
                    double i, double j)
{
    return a + b + c + d + e + f + g + h + 10 * i + 100 * j;
}
static long double extended(long double x)
{
    return x / 3;
}
static double complex two_doubles(double complex z)
{
    return z * 2;
}
static long double complex two_extended(long double complex z)
{
    return z * 2;
}
struct mixed {
    double x;
    long y;
};
static struct mixed mixed(struct mixed in)
{
    return (struct mixed){in.x + 1, in.y + 1};
}
struct only_extended {
    long double x;
};
static struct only_extended only_extended(int x)
{
    return (struct only_extended){x};
}
struct large {
    long v[40];
};
static struct large large(struct large in, int add)
{
    for (int i = 0; i < 40; i++)
        in.v[i] += add;
    return in;
}
static int sum(int count, ...)
{
    va_list list;
    va_start(list, count);
    double total = 0;
    for (int i = 0; i < count; i++)
        total += va_arg(list, double);
    va_end(list);
    return (int)total;
}
static __int128 wide(__int128 x)
{
    return x + 1;
}

static void results_check(void)
{
    int where = 0;
    go_blocking(nothing, &where);
    ck_assert_int_eq(where, 7);
    ck_assert_int_eq(go_blocking(small_integer, -3, 5), 2);
    ck_assert_int_eq(go_blocking(many, 1, 2, 3, 4, 5, 6, 7, 8, 9.5), 213);
    ck_assert_ptr_eq(go_blocking(pointer, &where), &where);
    ck_assert(go_blocking(single, 1.5f, 2.0) == 3.0f);
    ck_assert(go_blocking(dozen, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3) == 328);
    ck_assert(go_blocking(extended, 1.0L) == 1.0L / 3);
    ck_assert(go_blocking(extended, 1.0L) * 2 == 1.0L / 3 * 2); /* the x87 stack is sound */
    double complex z = go_blocking(two_doubles, 1.0 + 2.0 * I);
    ck_assert(creal(z) == 2 && cimag(z) == 4);
    long double complex y = go_blocking(two_extended, 3.0L + 4.0L * I);
    ck_assert(creall(y) == 6 && cimagl(y) == 8);
    struct mixed m = go_blocking(mixed, ((struct mixed){1.5, 2}));
    ck_assert(m.x == 2.5 && m.y == 3);
    ck_assert(go_blocking(only_extended, 5).x == 5);
    struct large l = {.v = {[0] = 1, [39] = 40}};
    struct large got = go_blocking(large, l, 2);
    ck_assert(got.v[0] == 3 && got.v[39] == 42 && got.v[7] == 2 && l.v[0] == 1);
    ck_assert_int_eq(go_blocking(sum, 3, 1.0, 2.0, 3.5), 6);
    ck_assert(go_blocking(wide, ((__int128)1 << 100)) == ((__int128)1 << 100) + 1);
    ck_assert_int_eq(go_blocking(getpid), getpid());
}

START_TEST(all_arguments_and_results_pass)
{
    results_check();
}
END_TEST

static void *results_check_thread(void *unused)
{
    results_check();
    return unused;
}

START_TEST(threads_of_the_program_just_call)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, results_check_thread, NULL), 0);
    pthread_join(thread, NULL);
}
END_TEST

static void results_check_goroutine(chan(int) done)
{
    results_check();
    chan_send(done, 1);
}

START_TEST(goroutines_that_are_not_pinned_call_too)
{
    chan(int) done = chan_make(int, 4);
    for (int i = 0; i < 4; i++)
        go(results_check_goroutine, done);
    for (int i = 0; i < 4; i++)
        (void)chan_get(done);
    chan_free(done);
}
END_TEST

static int errno_of_call(int error)
{
    int before = errno;
    errno = error;
    return before;
}

START_TEST(errno_goes_in_and_comes_out)
{
    errno = EDOM;
    ck_assert_int_eq(go_blocking(errno_of_call, ERANGE), EDOM);
    ck_assert_int_eq(errno, ERANGE);
    errno = 0;
    char byte;
    ck_assert_int_eq(go_blocking(read, -1, &byte, 1), -1);
    ck_assert_int_eq(errno, EBADF);
}
END_TEST

static int rounding_mode(void)
{
    return fegetround();
}

START_TEST(floating_point_modes_go_in)
{
    fesetround(FE_UPWARD);
    int there = go_blocking(rounding_mode);
    int here = fegetround();
    fesetround(FE_TONEAREST);
    ck_assert_int_eq(there, FE_UPWARD);
    ck_assert_int_eq(here, FE_UPWARD);
    ck_assert_int_eq(go_blocking(rounding_mode), FE_TONEAREST);
}
END_TEST

/* ---- who runs where ---- */

START_TEST(call_runs_on_another_thread)
{
    ck_assert(go_blocking(gettid) != gettid());
}
END_TEST

static int stack_use(void)
{
    char memory[1500000];
    memset(memory, 1, sizeof memory);
    __asm__ volatile("" : : "r"(memory) : "memory");
    return memory[sizeof memory - 1];
}

START_TEST(call_has_a_large_stack)
{
    ck_assert_int_eq(go_blocking(stack_use), 1);
}
END_TEST

static void pipe_write(int fd)
{
    ck_assert_int_eq(write(fd, "x", 1), 1);
}

START_TEST(blocking_read_is_satisfied_by_a_goroutine_of_the_same_worker)
{
    int fds[2];
    char byte = 0;
    ck_assert_int_eq(pipe(fds), 0);
    go(pipe_write, fds[1]);
    ck_assert_int_eq(go_blocking(read, fds[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 'x');
    close(fds[0]);
    close(fds[1]);
}
END_TEST

#define TOGETHER 100

static pthread_barrier_t barrier;

static void barrier_wait(chan(int) done)
{
    go_blocking(pthread_barrier_wait, &barrier);
    chan_send(done, 1);
}

START_TEST(hundred_calls_are_under_way_at_once)
{
    pthread_barrier_init(&barrier, NULL, TOGETHER);
    chan(int) done = chan_make(int, 0);
    for (int i = 0; i < TOGETHER; i++)
        go(barrier_wait, done);
    for (int i = 0; i < TOGETHER; i++)
        (void)chan_get(done);
    pthread_barrier_destroy(&barrier);
    chan_free(done);
}
END_TEST

#define MORE 2000

static _Atomic int quick_count;

static int quick_call(int x)
{
    quick_count++;
    return x + 1;
}

static void quick(int i, chan(int) done)
{
    for (int round = 0; round < 5; round++)
        ck_assert_int_eq(go_blocking(quick_call, i + round), i + round + 1);
    chan_send(done, 1);
}

START_TEST(more_calls_than_threads_queue_and_all_are_made)
{
    chan(int) done = chan_make(int, 0);
    quick_count = 0;
    for (int i = 0; i < MORE; i++)
        go(quick, i, done);
    for (int i = 0; i < MORE; i++)
        (void)chan_get(done);
    ck_assert_int_eq(quick_count, MORE * 5);
    ck_assert_int_eq(scheduler.outside, 0);
    chan_free(done);
}
END_TEST

/* ---- no threads to be had ---- */

static _Atomic bool no_helpers;
static sem_t first_may_end;

/* Takes the library's place for the runtime too. Helpers are known by their large stacks. */
int pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes, void *(*fn)(void *),
                   void *argument)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    void *found = dlsym(RTLD_NEXT, "pthread_create");
    memcpy(&real, &found, sizeof real);
    size_t size = 0;
    if (attributes)
        pthread_attr_getstacksize(attributes, &size);
    if (no_helpers && size == 2u << 20) {
        sem_post(&first_may_end);
        return EAGAIN;
    }
    return real(ret_thread, attributes, fn, argument);
}

static _Atomic bool first_runs;

static int first_call(void)
{
    first_runs = true;
    sem_wait(&first_may_end);
    return 5;
}

static void first(chan(int) done)
{
    chan_send(done, go_blocking(first_call));
}

/* The first of all: there are no helpers yet. */
START_TEST(call_that_gets_no_thread_waits_for_another_ones_even_if_that_is_idle_by_then)
{
    sem_init(&first_may_end, 0, 0);
    chan(int) done = chan_make(int, 1);
    go(first, done);
    while (!first_runs)
        go_yield();
    no_helpers = true;
    int got = go_blocking(quick_call, 1);
    no_helpers = false;
    ck_assert_int_eq(got, 2);
    ck_assert_int_eq(chan_get(done), 5);
    chan_free(done);
}
END_TEST

/* ---- the runtime inside a call ---- */

static uint64_t channel_use(chan(int) in, chan(int) out)
{
    chan_send(out, chan_get(in) + 1);
    return go_id();
}

static void partner(chan(int) in, chan(int) out)
{
    chan_send(in, 41);
    (void)out;
}

START_TEST(call_may_use_channels_as_a_thread_of_the_program)
{
    chan(int) in = chan_make(int, 0);
    chan(int) out = chan_make(int, 1);
    int guests = scheduler.guests;
    go(partner, in, out);
    uint64_t there = go_blocking(channel_use, in, out);
    ck_assert(there != go_id());
    ck_assert_int_eq(scheduler.guests, guests); /* it was one for the time of the call only */
    ck_assert_int_eq(chan_get(out), 42);
    chan_free(in);
    chan_free(out);
}
END_TEST

static int nested(int x)
{
    return go_blocking(quick_call, x);
}

START_TEST(call_within_a_call_is_just_a_call)
{
    ck_assert_int_eq(go_blocking(nested, 1), 2);
}
END_TEST

static bool signal_blocked(int signal)
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    return sigismember(&mask, signal);
}

START_TEST(call_has_the_signal_mask_of_the_program)
{
    ck_assert(!go_blocking(signal_blocked, SIGTERM));
}
END_TEST

static void closure(void *argument)
{
    *(int *)argument = 3;
}

START_TEST(plain_function_runs)
{
    int x = 0;
    rgo_blocking_run(closure, &x);
    ck_assert_int_eq(x, 3);
}
END_TEST

/* ---- regions ---- */

static void region_read(int fd, chan(int) done)
{
    char byte = 0;
    uint64_t id = go_id();
    pid_t before = gettid(); /* pthread_self is declared const: compilers keep what it said */
    go_blocking_begin();
    bool moved = before != gettid();
    ssize_t got = read(fd, &byte, 1);
    errno = ETXTBSY;
    go_blocking_end();
    ck_assert_int_eq(errno, ETXTBSY);
    ck_assert(moved);
    ck_assert_int_eq(got, 1);
    ck_assert(go_id() == id);
    chan_send(done, byte);
}

START_TEST(region_lets_the_others_go_on)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    chan(int) done = chan_make(int, 0);
    go(region_read, fds[0], done);
    go_yield(); /* with one worker it is in its region now */
    pipe_write(fds[1]);
    ck_assert_int_eq(chan_get(done), 'x');
    close(fds[0]);
    close(fds[1]);
    chan_free(done);
}
END_TEST

static void regions_often(chan(int) done)
{
    volatile int sum_here = 0;
    for (int i = 0; i < 50; i++) {
        go_blocking_begin();
        sum_here += i;
        go_blocking_end();
        go_yield();
    }
    chan_send(done, sum_here);
}

START_TEST(regions_come_and_go)
{
    chan(int) done = chan_make(int, 0);
    for (int i = 0; i < 50; i++)
        go(regions_often, done);
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(chan_get(done), 1225);
    ck_assert_int_eq(scheduler.outside, 0);
    chan_free(done);
}
END_TEST

static void region_left_open(int *where)
{
    go_blocking_begin();
    *where = 1;
}

START_TEST(region_ends_with_its_goroutine)
{
    int where = 0;
    go(region_left_open, &where);
    size_t before = 2;
    while (go_count() >= before)
        go_yield();
    ck_assert_int_eq(where, 1);
    ck_assert_int_eq(scheduler.outside, 0);
}
END_TEST

START_TEST(main_is_pinned_and_stays_in_a_region)
{
    pid_t before = gettid();
    go_blocking_begin();
    ck_assert_int_eq(before, gettid());
    go_blocking_end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blocking");
    TCase *tcase = tcase_create("blocking");
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase,
                   call_that_gets_no_thread_waits_for_another_ones_even_if_that_is_idle_by_then);
    tcase_add_test(tcase, all_arguments_and_results_pass);
    tcase_add_test(tcase, threads_of_the_program_just_call);
    tcase_add_test(tcase, goroutines_that_are_not_pinned_call_too);
    tcase_add_test(tcase, errno_goes_in_and_comes_out);
    tcase_add_test(tcase, floating_point_modes_go_in);
    tcase_add_test(tcase, call_runs_on_another_thread);
    tcase_add_test(tcase, call_has_a_large_stack);
    tcase_add_test(tcase, blocking_read_is_satisfied_by_a_goroutine_of_the_same_worker);
    tcase_add_test(tcase, hundred_calls_are_under_way_at_once);
    tcase_add_test(tcase, more_calls_than_threads_queue_and_all_are_made);
    tcase_add_test(tcase, call_may_use_channels_as_a_thread_of_the_program);
    tcase_add_test(tcase, call_within_a_call_is_just_a_call);
    tcase_add_test(tcase, call_has_the_signal_mask_of_the_program);
    tcase_add_test(tcase, plain_function_runs);
    tcase_add_test(tcase, region_lets_the_others_go_on);
    tcase_add_test(tcase, regions_come_and_go);
    tcase_add_test(tcase, region_ends_with_its_goroutine);
    tcase_add_test(tcase, main_is_pinned_and_stays_in_a_region);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
