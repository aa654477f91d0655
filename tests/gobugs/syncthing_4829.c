/*
 * Clearing the addresses of a mapping tells subscribers while it holds the mapping's lock for
 * writing; telling them takes it for reading. The fix unlocks first.
 *
 * source: syncthing/syncthing pull request 4829
 * expect: deadlock
 * frequency: always
 */
#include <racerun/go.h>

#define ADDRESSES 2

struct mapping {
    rwmutex mu;
    int addresses[ADDRESSES];
    int told;
};

static void notify(struct mapping *m, int removed)
{
    rwmutex_rlock(&m->mu);
    m->told = removed;
    rwmutex_runlock(&m->mu);
}

static void clear_addresses(struct mapping *m)
{
    int removed = 0;
    rwmutex_lock(&m->mu);
    for (int i = 0; i < ADDRESSES; i++) {
        removed += m->addresses[i] != 0;
        m->addresses[i] = 0;
    }
#ifdef FIXED
    rwmutex_unlock(&m->mu);
#endif
    if (removed > 0)
        notify(m, removed);
#ifndef FIXED
    rwmutex_unlock(&m->mu);
#endif
}

static void test_clear(rgo_test *t)
{
    struct mapping m = {.addresses = {1, 2}};
    clear_addresses(&m);
    if (m.told != 2)
        test_errorf(t, "%d removed", m.told);
}

RGO_TESTING_MAIN(test_clear)
