/*
 * Goroutines that a test leaves blocked are its failure, each told once; those that come to their
 * end are not.
 *
 * exit: 1
 * arguments: -v
 * stdout-like: ^=== RUN   test_leaves_two$
 * stdout-like: ^    testing: 2 goroutines that test_leaves_two started are still blocked, and noth
 * stdout-like: ^    goroutine [0-9]+ "lost" \[chan send\]:$
 * stdout-like: prog_testing_leak.c:28
 * stdout-like: ^    created by leave at .*prog_testing_leak.c:33 in goroutine [0-9]+$
 * stdout-like: ^    goroutine [0-9]+ "lost" \[chan send\]:$
 * stdout-like: ^--- FAIL: test_leaves_two \([0-9.]+s\)$
 * stdout-like: ^--- PASS: test_leaves_none \([0-9.]+s\)$
 * stdout-like: ^--- FAIL: test_subtest_leaves_one \([0-9.]+s\)$
 * stdout-like: ^    --- PASS: test_subtest_leaves_one/sub \([0-9.]+s\)$
 * stdout-like: ^    testing: 1 goroutine that the parallel tests started is still blocked, and no
 * stdout-like: ^    goroutine [0-9]+ "lost" \[chan send\]:$
 * stdout-like: ^FAIL$
 */
#include <racerun/go.h>

static const go_attr lost = {.name = "lost"};

static void sender(chan(int) c)
{
    go_yield();
    chan_send(c, 1);
}

static void leave(void)
{
    go_with(&lost, sender, chan_make(int));
}

static void test_leaves_two(rgo_test *t)
{
    (void)t;
    leave();
    leave();
}

/* They are on their way still when the test ends. */
static void test_leaves_none(rgo_test *t)
{
    (void)t;
    chan(int) c = chan_make(int);
    go(sender, c);
    for (int i = 0; i < 100; i++)
        go(go_yield);
    go(go_sleep, ms(1));
    go(rgo_chan_recv_, RGO_UNTYPED_(c), NULL);
}

static void sub(rgo_test *t)
{
    (void)t;
    leave();
}
static void test_subtest_leaves_one(rgo_test *t)
{
    test_run(t, "sub", sub);
}

/* Its goroutine waits for what it does after the others: that is none of their business. */
static void test_parallel_one(rgo_test *t)
{
    chan(int) c = chan_make(int);
    go(sender, c);
    test_parallel(t);
    chan_get(c);
    leave();
}

RGO_TESTING_MAIN(test_parallel_one, test_leaves_two, test_leaves_none, test_subtest_leaves_one)
