/* Spawning when memory is short, millions of times, and what a goroutine keeps of the processor. */
#include <check.h>
#include <fenv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "worker.h"

/* ---- no memory ---- */

static void waits(_Atomic bool *go_on)
{
    while (!atomic_load(go_on))
        rgo_yield();
}

/* How much address space the process has. */
static size_t space_used(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    ck_assert(file != NULL && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    return pages * 4096;
}

static void space_limit(size_t more)
{
    size_t all = space_used() + more;
    struct rlimit limit = {all, all};
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

static int status_of(void (*child)(void))
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        child();
        _exit(100);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* All that it said yes to run, though there is no more memory. */
static void tries(void)
{
    static _Atomic bool go_on = true;
    struct rlimit tight;
    rgo_go(waits, &go_on); /* so that there is a stack */
    while (rgo_count() > 1)
        rgo_yield();
    getrlimit(RLIMIT_AS, &tight);
    tight.rlim_cur = space_used() + (8 << 20);
    setrlimit(RLIMIT_AS, &tight);
    int started = 0, error;
    while ((error = rgo_try(waits, &go_on)) == 0)
        started++;
    if (error != ENOMEM || started < 50)
        _exit(1);
    if (rgo_count() != (size_t)started + 1)
        _exit(2);
    while (rgo_count() > 1)
        rgo_yield();
    if (rgo_try(waits, &go_on))
        _exit(3);
    _exit(0);
}

static void goes(void)
{
    static _Atomic bool go_on;
    close(2);
    space_limit(8 << 20);
    for (;;)
        rgo_go(waits, &go_on);
}

static void tries_a_large_stack(void)
{
    static _Atomic bool go_on = true;
    rgo_attr attr = {.stack_size = (size_t)1 << 47};
    int error = rgo_go_closure(&attr, (void (*)(void *))waits, &go_on);
    _exit(error == ENOMEM && rgo_count() == 1 ? 0 : 1);
}

START_TEST(without_memory_try_tells_and_go_is_fatal)
{
    ck_assert_int_eq(status_of(tries), 0);
    ck_assert_int_eq(status_of(goes), 2);
    ck_assert_int_eq(status_of(tries_a_large_stack), 0);
}
END_TEST

/* ---- many ---- */

static void counts(_Atomic long *count, long n)
{
    *count += n;
}

/* RGO_TEST_SPAWNS: how many instead of two millions. */
START_TEST(millions_in_a_loop_take_bounded_memory)
{
    static _Atomic long count;
    const char *text = getenv("RGO_TEST_SPAWNS");
    long spawns = text ? atol(text) : 2000000;
    struct rusage usage;
    for (long i = 0; i < spawns; i++) {
        rgo_go(counts, &count, 1L);
        if (i % 128 == 0)
            while (rgo_count() > 1000)
                rgo_yield();
    }
    while (rgo_count() > 1)
        rgo_yield();
    ck_assert_int_eq(count, spawns);
    getrusage(RUSAGE_SELF, &usage);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_int_lt(usage.ru_maxrss, 100 << 10); /* KiB */
#endif
}
END_TEST

/* ---- the processor's modes ---- */

static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
static volatile double one = 1, three = 3;
static volatile long double long_one = 1, long_three = 3;
static double quotients[4];
static long double long_quotients[4];

static void keeps_modes(int index, _Atomic int *ended)
{
    fesetround(modes[index]);
    for (int i = 0; i < 200; i++) {
        rgo_yield();
        EXPECT_INTEGERS(fegetround(), ==, modes[index]);
        double quotient = one / three;
        long double long_quotient = long_one / long_three;
        ck_assert(quotient == quotients[index] && long_quotient == long_quotients[index]);
    }
    ++*ended;
}

static void has_mode(int index, _Atomic int *ended)
{
    EXPECT_INTEGERS(fegetround(), ==, modes[index]);
    ++*ended;
}

START_TEST(sse_and_x87_modes_are_the_goroutines_own)
{
    static _Atomic int ended;
    for (int i = 0; i < 4; i++) {
        fesetround(modes[i]);
        quotients[i] = one / three;
        long_quotients[i] = long_one / long_three;
    }
    fesetround(FE_TONEAREST);
    ck_assert(quotients[1] > quotients[2] && long_quotients[1] > long_quotients[2]);
    for (int i = 0; i < 40; i++)
        rgo_go(keeps_modes, i % 4, &ended);
    while (rgo_count() > 1)
        rgo_yield();
    ck_assert_int_eq(ended, 40);
    ck_assert_int_eq(fegetround(), FE_TONEAREST);
    rgo_go(has_mode, 0, &ended);
    while (rgo_count() > 1)
        rgo_yield();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spawn");
    TCase *tcase = tcase_create("spawn");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, without_memory_try_tells_and_go_is_fatal);
    tcase_add_test(tcase, millions_in_a_loop_take_bounded_memory);
    tcase_add_test(tcase, sse_and_x87_modes_are_the_goroutines_own);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
