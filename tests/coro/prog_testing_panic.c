/*
 * A panic in a test: its report comes first, with its parents'.
 * exit: 2
 * stdout-like: ^--- FAIL: test_panics \([0-9.]+s\)$
 * stdout-like: ^    --- FAIL: test_panics/below \([0-9.]+s\)$
 * stdout-like: ^        prog_testing_panic.c:15: about to$
 * stdout: cleaned up
 * stderr: ^panic: boom$
 * stderr: "test_panics/below" \[running\]
 */
#include <racerun/go.h>
#include <stdio.h>
static void below(rgo_test *t)
{
    test_logf(t, "about to");
    go_panic("boom");
}

static void clean(void *unused)
{
    (void)unused;
    puts("cleaned up");
}
static void cleaned_below(rgo_test *t)
{
    test_cleanup(t, clean, NULL);
    below(t);
}

static void test_panics(rgo_test *t)
{
    test_run(t, "below", cleaned_below);
}

RGO_TESTING_MAIN(test_panics)
