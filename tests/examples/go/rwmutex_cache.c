/*
 * A cache behind an RWMutex: any number of readers at once, one writer alone. A key is computed by
 * whoever misses it first and looked at again under the write lock, as somebody may have been
 * faster.
 *
 * stdout-only: 8 readers, 800 right answers, 10 computations
 */
#include <racerun/go.h>
#include <stdio.h>

enum { KEYS = 10, READERS = 8, ROUNDS = 100 };

struct cache {
    rwmutex lock;
    bool known[KEYS];
    int value[KEYS];
    int computations;
};

static int cache_get(struct cache *c, int key)
{
    rwmutex_rlock(&c->lock);
    bool known = c->known[key];
    int value = c->value[key];
    rwmutex_runlock(&c->lock);
    if (known)
        return value;

    rwmutex_lock(&c->lock);
    if (!c->known[key]) {
        c->value[key] = key * key;
        c->known[key] = true;
        c->computations++;
    }
    value = c->value[key];
    rwmutex_unlock(&c->lock);
    return value;
}

static void read_all(struct cache *c, chan(int) result)
{
    int right = 0;
    for (int i = 0; i < ROUNDS; i++)
        right += cache_get(c, i % KEYS) == (i % KEYS) * (i % KEYS);
    chan_send(result, right);
}

int main(void)
{
    struct cache c = {0};
    chan(int) result = chan_make(int);
    int right = 0;

    for (int i = 0; i < READERS; i++)
        go(read_all, &c, result);
    for (int i = 0; i < READERS; i++)
        right += chan_get(result);
    printf("%d readers, %d right answers, %d computations\n", READERS, right, c.computations);
    chan_free(result);
    return 0;
}
