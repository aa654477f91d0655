/*
 * Workers of a quota controller wait for work in a queue, with the lock held for reading. The
 * resynchronisation, which puts work into the queue, takes the lock for writing first: it waits for
 * the workers, and they for it. The fix: a worker takes the lock when it has got something to do.
 *
 * source: kubernetes/kubernetes pull request 58107
 * expect: deadlock
 * frequency: sometimes
 */
#include <racerun/go.h>

#define WORKERS 2
#define ROUNDS 10

struct quota_controller {
    rwmutex worker_lock;
    chan(int) queue;
    chan(int) synced;
};

static bool work(struct quota_controller *c)
{
    int key;
#ifdef FIXED
    bool more = chan_recv(c->queue, &key);
    rwmutex_rlock(&c->worker_lock);
#else
    rwmutex_rlock(&c->worker_lock);
    bool more = chan_recv(c->queue, &key);
#endif
    rwmutex_runlock(&c->worker_lock);
    if (more)
        chan_send(c->synced, key);
    return more;
}

static void worker(struct quota_controller *c)
{
    while (work(c))
        continue;
}

static void resync(struct quota_controller *c, int round)
{
    rwmutex_lock(&c->worker_lock);
    chan_send(c->queue, round);
    rwmutex_unlock(&c->worker_lock);
}

static void test_resync(rgo_test *t)
{
    static struct quota_controller c;
    waitgroup workers = {0};
    c.queue = chan_make(int, 1);
    c.synced = chan_make(int);
    for (int i = 0; i < WORKERS; i++)
        waitgroup_go(&workers, worker, &c);
    for (int round = 0; round < ROUNDS; round++) {
        resync(&c, round);
        if (chan_get(c.synced) != round)
            test_errorf(t, "not what was asked for");
    }
    chan_close(c.queue);
    waitgroup_wait(&workers);
}

RGO_TESTING_MAIN(test_resync)
