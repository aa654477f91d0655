/*
 * A goroutine watches over a revision: it is sent the addresses of its pods, and ends when it is
 * told to. It then closes the channel on which it receives, while the informer may still be
 * sending there: which panics. The fix: the one that sends gives up when the watcher has ended, and
 * nobody closes that channel.
 *
 * source: knative/serving pull request 5865
 * expect: data race
 * expect: panic
 * also: panic
 * frequency: sometimes
 */
#include <racerun/go.h>

struct watcher {
    chan(int) dests;
    chan(bool) stop;
    chan(bool) done;
    int healthy;
};

static void watcher_run(struct watcher *w)
{
#ifndef FIXED
    defer(chan_close, w->dests);
#endif
    defer(chan_close, w->done);
    for (bool more = true; more;) {
        int pods = 0;
        chan_select {
            on_recv(w->dests, &pods)
                w->healthy += pods;
            on_recv(w->stop)
                more = false;
        }
    }
}

/* The informer's handler. */
static void endpoints_updated(struct watcher *w, int pods)
{
#ifdef FIXED
    chan_select {
        on_send(w->dests, pods) {
        }
        on_recv(w->done) {
        }
    }
#else
    chan_send(w->dests, pods);
#endif
}

static void informer_run(struct watcher *w)
{
    for (int i = 0; i < 3; i++)
        endpoints_updated(w, i);
}

static void test_add_endpoint(rgo_test *t)
{
    static struct watcher w;
    (void)t;
    w = (struct watcher){.dests = chan_make(int), .stop = chan_make(bool), .done = chan_make(bool)};
    waitgroup informers = {0};
    go(watcher_run, &w);
    waitgroup_go(&informers, informer_run, &w);
    chan_close(w.stop);
    chan_recv(w.done, NULL);
    waitgroup_wait(&informers);
}

RGO_TESTING_MAIN(test_add_endpoint)
