/*
 * Cleanups, folders, names, parallel subtests: what a test can rely on.
 *
 * arguments: -short -timeout 5m -parallel 2
 * stdout-like: ^PASS$
 * stderr-not: .
 */
#include <racerun/go.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- cleanups come after subtests and deferred calls, the latest first ---- */

static char order[16];

static void note(void *letter)
{
    strcat(order, letter);
}
static void deferred(void)
{
    note("d");
}
static void late_sub(rgo_test *t)
{
    test_parallel(t);
    note("s");
}
static void cleanups(rgo_test *t)
{
    test_cleanup(t, note, "a");
    test_cleanup(t, note, "b");
    test_run(t, "late", late_sub);
    defer(deferred);
}
static void test_cleanups(rgo_test *t)
{
    test_run(t, "all", cleanups);
    if (strcmp(order, "dsba") != 0)
        test_fatalf(t, "they came as %s", order);
}

/* ---- folders ---- */

static char first[200];

static void makes_folders(rgo_test *t)
{
    const char *a = test_tempdir(t), *b = test_tempdir(t);
    char file[250];
    snprintf(first, sizeof first, "%s", a);
    snprintf(file, sizeof file, "%s/file", b);
    FILE *made = fopen(file, "w");
    if (!made || strcmp(a, b) == 0 || access(a, W_OK) != 0)
        test_fatalf(t, "no use: %s, %s", a, b);
    fclose(made);
}
static void test_tempdir_is_removed(rgo_test *t)
{
    test_run(t, "a/b c", makes_folders);
    if (access(first, F_OK) == 0)
        test_fatalf(t, "%s is still there", first);
}

/* ---- what it knows of itself ---- */

static void is_called(rgo_test *t, void *name)
{
    if (strcmp(test_name(t), name) != 0 || strcmp(go_name(), name) != 0)
        test_fatalf(t, "it is %s in %s", test_name(t), go_name());
}
static void test_knows_itself(rgo_test *t)
{
    int64_t deadline = 0;
    is_called(t, "test_knows_itself");
    test_run_with(t, "in here", is_called, "test_knows_itself/in_here");
    if (!test_deadline(t, &deadline) || deadline <= go_now())
        test_errorf(t, "deadline %ld", (long)deadline);
    if (!test_short() || test_verbose() || test_failed(t) || test_skipped(t))
        test_errorf(t, "-short was given, -v was not, and nothing has happened");
}

/* ---- no more than -parallel at a time; they meet, as the first waits for the second ---- */

static int running, most, ran;

static void side_by_side(rgo_test *t, void *met)
{
    test_parallel(t);
    int at_a_time = rgo_atomic_add(&running, 1);
    if (at_a_time > 2)
        test_errorf(t, "%d at a time", at_a_time);
    if (at_a_time == 2)
        rgo_atomic_store(&most, 2);
    if (met)
        waitgroup_done(met), waitgroup_wait(met);
    rgo_atomic_add(&running, -1);
    rgo_atomic_add(&ran, 1);
}
static void group(rgo_test *t, void *met)
{
    test_run_with(t, "a", side_by_side, met);
    test_run_with(t, "b", side_by_side, met);
}
static void many(rgo_test *t)
{
    for (int i = 0; i < 20; i++)
        test_run_with(t, "one", side_by_side, NULL);
    if (ran != 2)
        test_errorf(t, "some did not wait");
}
static void test_parallel_ones(rgo_test *t)
{
    static waitgroup met;
    waitgroup_add(&met, 2);
    test_run_with(t, "two", group, &met);
    if (most != 2)
        test_errorf(t, "they did not meet");
    test_run(t, "many", many);
    if (ran != 22)
        test_errorf(t, "%d ran", ran);
}

RGO_TESTING_MAIN(test_cleanups, test_tempdir_is_removed, test_knows_itself, test_parallel_ones)
