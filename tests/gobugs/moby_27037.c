/*
 * A test asks for the statistics by each version of the interface, at once, in goroutines that use
 * the loop's variable itself: while they read it, the loop goes on. Some versions are never tried.
 * The fix: each gets the value as it was.
 *
 * source: moby/moby pull request 27037
 * expect: data race
 * frequency: always
 */
#include <racerun/go.h>
#include <stdio.h>

static bool served(const char *version)
{
    return version[0] == 'v' && version[1] == '1';
}

static void get_stats(rgo_test *t, int minor, waitgroup *wg)
{
    char version[16];
    snprintf(version, sizeof version, "v1.%d", minor);
    if (!served(version))
        test_errorf(t, "no statistics by %s", version);
    waitgroup_done(wg);
}

#ifndef FIXED
/* What a closure is in C: it has the variables by their addresses. */
static void get_stats_of(rgo_test *t, const int *minor, waitgroup *wg)
{
    get_stats(t, *minor, wg);
}
#endif

static void test_api_stats_versioning(rgo_test *t)
{
    waitgroup wg = {0};
    for (int i = 17; i <= 21; i++) {
        waitgroup_add(&wg, 1);
#ifdef FIXED
        go(get_stats, t, i, &wg);
#else
        go(get_stats_of, t, &i, &wg);
#endif
    }
    waitgroup_wait(&wg);
}

RGO_TESTING_MAIN(test_api_stats_versioning)
