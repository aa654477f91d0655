/*
 * Stop drains first: tasks that are under way end and new ones are refused (Quiesce). But then it
 * admits tasks again before it has stopped the workers, for which it waits with the mutex held. A
 * worker that begins a task in between waits for that mutex, and Stop for the worker. The fix stays
 * with refusing, and waits without the mutex.
 *
 * source: cockroachdb/cockroach pull request 1055
 * expect: deadlock
 * frequency: sometimes
 */
#include <racerun/go.h>

#define WORKERS 3

struct stopper {
    mutex mu;
    cond drained;
    int draining; /* atomic */
    int tasks;
    waitgroup workers;
    chan(bool) stopper; /* closed when workers are to end */
};

static void stopper_init(struct stopper *s)
{
    cond_init(&s->drained, &s->mu);
    s->stopper = chan_make(bool);
}

static bool start_task(struct stopper *s)
{
    if (rgo_atomic_load(&s->draining))
        return false;
    mutex_lock(&s->mu);
    bool may = !rgo_atomic_load(&s->draining);
    s->tasks += may;
    mutex_unlock(&s->mu);
    return may;
}

static void finish_task(struct stopper *s)
{
    mutex_lock(&s->mu);
    s->tasks--;
    cond_broadcast(&s->drained);
    mutex_unlock(&s->mu);
}

static void quiesce(struct stopper *s)
{
    mutex_lock(&s->mu);
    rgo_atomic_store(&s->draining, 1);
    while (s->tasks > 0)
        cond_wait(&s->drained);
#ifndef FIXED
    rgo_atomic_store(&s->draining, 0);
#endif
    mutex_unlock(&s->mu);
}

static void stop(struct stopper *s)
{
    quiesce(s);
    mutex_lock(&s->mu);
    chan_close(s->stopper);
#ifdef FIXED
    mutex_unlock(&s->mu);
    waitgroup_wait(&s->workers);
#else
    waitgroup_wait(&s->workers);
    mutex_unlock(&s->mu);
#endif
}

static void worker(struct stopper *s)
{
    while (!chan_try_recv(s->stopper, NULL)) {
        go_yield(); /* gets something to do */
        if (start_task(s))
            finish_task(s);
    }
}

static void stop_and_tell(struct stopper *s, chan(bool) done)
{
    stop(s);
    chan_close(done);
}

static void test_stop(rgo_test *t)
{
    static struct stopper s;
    (void)t;
    stopper_init(&s);
    for (int i = 0; i < WORKERS; i++)
        waitgroup_go(&s.workers, worker, &s);
    chan(bool) done = chan_make(bool);
    go(stop_and_tell, &s, done);
    chan_recv(done, NULL);
}

RGO_TESTING_MAIN(test_stop)
