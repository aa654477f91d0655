/*
 * A cache counts its writes, hits and misses by atomic additions. Whoever asks for the statistics
 * gets a plain copy of the counters, taken while others add. The fix: each is loaded atomically.
 *
 * source: istio/istio pull request 8214
 * expect: data race
 * frequency: always
 */
#include <racerun/go.h>

#define ENTRIES 16

struct stats {
    int64_t writes, hits, misses;
};

struct lru_cache {
    mutex mu;
    int values[ENTRIES];
    struct stats stats;
};

static void cache_set(struct lru_cache *c, unsigned key, int value)
{
    with_mutex(&c->mu) {
        c->values[key % ENTRIES] = value;
        rgo_atomic_add(&c->stats.writes, 1);
    }
}

static int cache_get(struct lru_cache *c, unsigned key)
{
    int value = 0;
    with_mutex(&c->mu) {
        value = c->values[key % ENTRIES];
        rgo_atomic_add(value ? &c->stats.hits : &c->stats.misses, 1);
    }
    return value;
}

static struct stats cache_stats(struct lru_cache *c)
{
#ifdef FIXED
    return (struct stats){
        .writes = rgo_atomic_load(&c->stats.writes),
        .hits = rgo_atomic_load(&c->stats.hits),
        .misses = rgo_atomic_load(&c->stats.misses),
    };
#else
    return c->stats;
#endif
}

static void check(rgo_test *t, struct lru_cache *c, unsigned key)
{
    if (!cache_get(c, key))
        cache_set(c, key, 1);
    struct stats now = cache_stats(c);
    if (now.writes + now.hits < 1)
        test_errorf(t, "nothing was counted");
}

static void test_checks(rgo_test *t)
{
    static struct lru_cache cache;
    waitgroup wg = {0};
    for (unsigned i = 0; i < 4; i++)
        waitgroup_go(&wg, check, t, &cache, i);
    waitgroup_wait(&wg);
    if (cache_stats(&cache).misses != 4)
        test_errorf(t, "%ld misses", (long)cache_stats(&cache).misses);
}

RGO_TESTING_MAIN(test_checks)
