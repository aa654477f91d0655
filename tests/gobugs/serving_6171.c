/*
 * A test gives its own log to what it tests. It tells the watcher to stop when it is through, but
 * does not wait for its end. The watcher's last probe then fails, and it says so in the log of a
 * test that is over: a panic. The fix: the test waits.
 *
 * source: knative/serving pull request 6171
 * expect: panic
 * frequency: sometimes
 */
#include <racerun/go.h>

struct watcher {
    rgo_test *log;
    chan(int) probes;
    chan(bool) stop;
    chan(bool) stopped;
};

static void check_dests(struct watcher *w, int pod)
{
    bool cancelled = false;
    chan_select {
        on_recv(w->stop)
            cancelled = true;
        on_default {
        }
    }
    if (cancelled)
        test_logf(w->log, "failed probing pod %d: cancelled", pod);
}

static void watcher_run(struct watcher *w)
{
    chan_range(pod, w->probes)
        check_dests(w, pod);
    chan_close(w->stopped);
}

static void test_service_more_than_one(rgo_test *t)
{
    static struct watcher w;
    w = (struct watcher){
        .log = t, .probes = chan_make(int, 2), .stop = chan_make(bool), .stopped = chan_make(bool)};
    go(watcher_run, &w);
    chan_send(w.probes, 1);
    chan_send(w.probes, 2);
    chan_close(w.probes);
    chan_close(w.stop);
#ifdef FIXED
    chan_recv(w.stopped, NULL);
#endif
}

RGO_TESTING_MAIN(test_service_more_than_one)
