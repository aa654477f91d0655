/*
 * A connection's monitor resets its idle timer whenever a frame was written; the writer tells it by
 * a channel with room for two, holding the write lock. When the connection is closed, the monitor
 * takes the write lock to put that channel away, while a writer that found it full waits for the
 * monitor. The fix lets a goroutine drain the channel before the lock is taken.
 *
 * source: kubernetes/kubernetes pull request 6632 (moby/spdystream issue 49, pull request 50)
 * expect: goroutine leak
 * frequency: sometimes
 */
#include <racerun/go.h>

#define STREAMS 2
#define FRAMES 3 /* of each */

struct framer {
    chan(bool) close; /* closed with the connection */
    chan(bool) reset; /* nil after that; guarded by write_lock */
    mutex write_lock;
};

#ifdef FIXED
static void drain(chan(bool) reset)
{
    while (chan_recv(reset, NULL))
        ;
}
#endif

static void monitor(struct framer *f, chan(bool) reset)
{
    for (bool closed = false; !closed;)
        chan_select {
            on_recv(reset) {
            }
            on_recv(f->close)
                closed = true;
        }
#ifdef FIXED
    go(drain, reset);
#endif
    mutex_lock(&f->write_lock);
    chan_close(reset);
    f->reset = NULL;
    mutex_unlock(&f->write_lock);
}

static void write_frames(struct framer *f)
{
    for (int i = 0; i < FRAMES; i++) {
        mutex_lock(&f->write_lock);
        if (f->reset)
            chan_send(f->reset, true);
        mutex_unlock(&f->write_lock);
    }
}

static void test_close(rgo_test *t)
{
    static struct framer f;
    (void)t;
    f.close = chan_make(bool);
    f.reset = chan_make(bool, 2);
    go(monitor, &f, f.reset);
    for (int i = 0; i < STREAMS; i++)
        go(write_frames, &f);
    go(chan_close, f.close);
}

RGO_TESTING_MAIN(test_close)
