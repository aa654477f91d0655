/*
 * The gossip server's loops leave by break while they hold the mutex, once the server is closed.
 * The first loop does; the second one, in the same goroutine, waits for the mutex for ever.
 *
 * source: cockroachdb/cockroach pull request 584
 * expect: goroutine leak
 * frequency: always
 */
#include <racerun/go.h>

struct gossip {
    mutex mu;
    bool closed;
};

static bool turn(struct gossip *g)
{
    mutex_lock(&g->mu);
    if (g->closed) {
#ifdef FIXED
        mutex_unlock(&g->mu);
#endif
        return false;
    }
    mutex_unlock(&g->mu);
    return true;
}

static void bootstrap(struct gossip *g)
{
    while (turn(g))
        go_yield();
}

static void manage(struct gossip *g)
{
    while (turn(g))
        go_yield();
}

static void serve(struct gossip *g)
{
    bootstrap(g);
    manage(g);
}

static void test_close(rgo_test *t)
{
    static struct gossip g;
    (void)t;
    go(serve, &g);
    mutex_lock(&g.mu);
    g.closed = true;
    mutex_unlock(&g.mu);
}

RGO_TESTING_MAIN(test_close)
