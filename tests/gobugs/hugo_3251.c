/*
 * A lock for each URL, in a map that has a lock itself. Who locks a URL waits for it while holding
 * the map's lock; who has it needs the map's lock to unlock it. The fix lets go of the map before
 * it waits.
 *
 * source: gohugoio/hugo pull request 3251 (issue 3211)
 * expect: deadlock
 * also: lock-order inversion
 * frequency: always
 */
#include <racerun/go.h>

#define GETTERS 50

struct remote_lock {
    rwmutex mu;
    mutex *url; /* of the one URL that there is */
};
static struct remote_lock remote;

static void url_lock(struct remote_lock *l)
{
    static mutex made;
    rwmutex_lock(&l->mu);
    if (!l->url)
        l->url = &made;
#ifdef FIXED
    mutex *url = l->url;
    rwmutex_unlock(&l->mu);
    mutex_lock(url);
#else
    mutex_lock(l->url);
    rwmutex_unlock(&l->mu);
#endif
}

static void url_unlock(struct remote_lock *l)
{
    rwmutex_rlock(&l->mu);
    mutex_unlock(l->url);
    rwmutex_runlock(&l->mu);
}

static void download(void)
{
    go_sleep(us(100)); /* the time that it takes: others run meanwhile */
}

static void get_remote(void)
{
    url_lock(&remote);
    download();
    url_unlock(&remote);
}

static void test_get_remote(rgo_test *t)
{
    (void)t;
    waitgroup wg = {0};
    for (int i = 0; i < GETTERS; i++)
        waitgroup_go(&wg, get_remote);
    waitgroup_wait(&wg);
}

RGO_TESTING_MAIN(test_get_remote)
