/*
 * Two loops serve each other. The state machine sends committed entries as events to the store; the
 * store answers each by a callback that is to run in the state machine's loop, and waits until it
 * is taken. When the state machine sends the next event meanwhile, both wait. The fix
 * sends events from a select that takes callbacks, too.
 *
 * source: cockroachdb/cockroach pull request 2448 (issue 1185)
 * expect: deadlock
 * frequency: sometimes
 */
#include <racerun/go.h>

#define ENTRIES 20

struct raft {
    chan(int) events;    /* to the store */
    chan(int) callbacks; /* to the state machine */
    chan(bool) stopper;
    int committed; /* the state machine's own */
};

static void callback_run(struct raft *m, int entry)
{
    m->committed += entry;
}

static void send_event(struct raft *m, int entry)
{
#ifdef FIXED
    for (bool sent = false; !sent;) {
        int answered;
        chan_select {
            on_send(m->events, entry)
                sent = true;
            on_recv(m->callbacks, &answered)
                callback_run(m, answered);
            on_recv(m->stopper)
                return;
        }
    }
#else
    chan_select {
        on_send(m->events, entry) {
        }
        on_recv(m->stopper) {
        }
    }
#endif
}

static void state_machine(struct raft *m, chan(int) done)
{
    int answered, next = 0, seen = 0;
    while (m->committed < ENTRIES) {
        bool had_callback = false;
        chan_select {
            on_recv(m->callbacks, &answered) {
                callback_run(m, answered);
                had_callback = true;
            }
            on_default {
            }
        }
        if (!had_callback && next < ENTRIES) {
            send_event(m, 1);
            next++;
        } else if (!had_callback) {
            callback_run(m, chan_get(m->callbacks));
        }
        seen++;
    }
    chan_send(done, seen);
}

static void store(struct raft *m)
{
    for (;;) {
        int entry;
        bool stopped = false;
        chan_select {
            on_recv(m->events, &entry) {
            }
            on_recv(m->stopper)
                stopped = true;
        }
        if (stopped)
            return;
        chan_select { /* the callback */
            on_send(m->callbacks, entry) {
            }
            on_recv(m->stopper)
                return;
        }
    }
}

static void test_store_and_raft(rgo_test *t)
{
    static struct raft m;
    m.events = chan_make(int);
    m.callbacks = chan_make(int);
    m.stopper = chan_make(bool);
    chan(int) done = chan_make(int);
    go(store, &m);
    go(state_machine, &m, done);
    if (chan_get(done) < ENTRIES)
        test_errorf(t, "fewer turns than entries");
    chan_close(m.stopper);
}

RGO_TESTING_MAIN(test_store_and_raft)
