/*
 * Who sets a pod's status tells it to a goroutine through a channel, with the lock held. That
 * goroutine needs the lock to take the status out. With two that set, it has received the first
 * and waits for the lock, which the second holds while it waits to send. The fix: send after the
 * lock was given back.
 *
 * source: kubernetes/kubernetes pull request 10182
 * expect: deadlock
 * frequency: sometimes
 */
#include <racerun/go.h>

#define PODS 30

struct status_manager {
    rwmutex statuses_lock;
    int statuses;
    chan(int) status_channel;
};

static void set_pod_status(struct status_manager *m, int pod)
{
    rwmutex_lock(&m->statuses_lock);
    m->statuses++;
#ifdef FIXED
    rwmutex_unlock(&m->statuses_lock);
    chan_send(m->status_channel, pod);
#else
    chan_send(m->status_channel, pod);
    rwmutex_unlock(&m->statuses_lock);
#endif
}

static void delete_pod_status(struct status_manager *m)
{
    rwmutex_lock(&m->statuses_lock);
    m->statuses--;
    rwmutex_unlock(&m->statuses_lock);
}

static void sync_batch(struct status_manager *m)
{
    chan_recv(m->status_channel, NULL);
    delete_pod_status(m);
}

static void syncer(struct status_manager *m)
{
    for (int i = 0; i < PODS; i++)
        sync_batch(m);
}

static void test_statuses(rgo_test *t)
{
    static struct status_manager m;
    waitgroup wg = {0};
    m.status_channel = chan_make(int);
    waitgroup_go(&wg, syncer, &m);
    for (int i = 0; i < PODS; i++)
        waitgroup_go(&wg, set_pod_status, &m, i);
    waitgroup_wait(&wg);
    if (m.statuses != 0)
        test_errorf(t, "%d statuses are left", m.statuses);
    chan_free(m.status_channel);
}

RGO_TESTING_MAIN(test_statuses)
