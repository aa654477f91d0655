/*
 * The scheduler asks its filters about many nodes side by side. A filter that a test puts in counts
 * how often it is called, by a plain increment. The fix: an atomic one.
 *
 * source: kubernetes/kubernetes pull request 81091
 * expect: data race
 * frequency: sometimes
 */
#include <racerun/go.h>

#define NODES 1000
#define WORKERS 4

struct fake_filter {
    int32_t calls;
};

static bool filter(struct fake_filter *f, int node)
{
#ifdef FIXED
    rgo_atomic_add(&f->calls, 1);
#else
    f->calls++;
#endif
    return node % 2 == 0;
}

static void filter_worker(struct fake_filter *f, chan(int) nodes, chan(int) fitting)
{
    chan_range(node, nodes)
        if (filter(f, node)) chan_send(fitting, node);
}

static int find_nodes(struct fake_filter *f)
{
    chan(int) nodes = chan_make(int, NODES), fitting = chan_make(int, NODES);
    waitgroup workers = {0};
    for (int i = 0; i < NODES; i++)
        chan_send(nodes, i);
    chan_close(nodes);
    for (int i = 0; i < WORKERS; i++)
        waitgroup_go(&workers, filter_worker, f, nodes, fitting);
    waitgroup_wait(&workers);
    int found = (int)chan_len(fitting);
    chan_free(nodes);
    chan_free(fitting);
    return found;
}

static void test_find_nodes(rgo_test *t)
{
    struct fake_filter f = {0};
    if (find_nodes(&f) != NODES / 2)
        test_errorf(t, "not half of the nodes");
    if (f.calls != NODES)
        test_errorf(t, "%d calls", f.calls);
}

RGO_TESTING_MAIN(test_find_nodes)
