/*
 * A lookup holds the cache's lock for reading and prints the cache, whose description takes the
 * lock for reading again. When another lookup asks for it to write in between, it waits for the
 * first reader, and the second read waits behind it. The fix describes the cache before the lock is
 * taken.
 *
 * source: cockroachdb/cockroach pull request 6181
 * expect: deadlock
 * frequency: never
 */
#include <racerun/go.h>
#include <stdio.h>

#define LOOKUPS 3

struct range_cache {
    rwmutex mu;
    int ranges;
};

static void describe(struct range_cache *cache, char text[32])
{
    rwmutex_rlock(&cache->mu);
    snprintf(text, 32, "%d ranges", cache->ranges);
    rwmutex_runlock(&cache->mu);
}

static void lookup(struct range_cache *cache)
{
    char text[32];
#ifdef FIXED
    describe(cache, text);
    rwmutex_rlock(&cache->mu);
#else
    rwmutex_rlock(&cache->mu);
    describe(cache, text);
#endif
    rwmutex_runlock(&cache->mu);
    rwmutex_lock(&cache->mu);
    cache->ranges++;
    rwmutex_unlock(&cache->mu);
}

static void test_coalesced_lookups(rgo_test *t)
{
    struct range_cache cache = {.ranges = 0};
    waitgroup wg = {0};
    for (int i = 0; i < LOOKUPS; i++)
        waitgroup_go(&wg, lookup, &cache);
    waitgroup_wait(&wg);
    if (cache.ranges != LOOKUPS)
        test_errorf(t, "%d ranges", cache.ranges);
}

RGO_TESTING_MAIN(test_coalesced_lookups)
