/*
 * A test counts by a WaitGroup the pods that its controller still has to delete; the controller's
 * handler calls Done for each. But Add is called while the controller runs already: a handler may
 * come first, and the counter falls below zero. The fix: all is added before the controller starts.
 *
 * source: kubernetes/kubernetes pull request 13058
 * expect: misuse
 * expect: panic
 * also: panic
 * frequency: sometimes
 */
#include <racerun/go.h>

#define PODS 20

struct controller {
    chan(int) source;
    waitgroup *deleted; /* the test's */
    int seen;
};

static void on_delete(struct controller *c, int pod)
{
    c->seen += pod > 0;
    waitgroup_done(c->deleted);
}

static void controller_run(struct controller *c)
{
    chan_range(pod, c->source)
        on_delete(c, pod);
}

static void delete_pod(struct controller *c, int pod)
{
    chan_send(c->source, pod);
#ifndef FIXED
    waitgroup_add(c->deleted, 1);
#endif
}

static void test_update(rgo_test *t)
{
    static struct controller c;
    static waitgroup test_done;
    waitgroup deleters = {0}, controllers = {0};
    c = (struct controller){.source = chan_make(int), .deleted = &test_done};
#ifdef FIXED
    waitgroup_add(&test_done, PODS);
#endif
    waitgroup_go(&controllers, controller_run, &c);
    for (int i = 1; i <= PODS; i++)
        waitgroup_go(&deleters, delete_pod, &c, i);
    waitgroup_wait(&deleters);
    waitgroup_wait(&test_done);
    chan_close(c.source);
    waitgroup_wait(&controllers);
    if (c.seen != PODS)
        test_errorf(t, "saw %d pods", c.seen);
}

RGO_TESTING_MAIN(test_update)
