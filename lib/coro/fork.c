/*
 * fork in a goroutine. The child has one thread, the one that forked, and one goroutine, the one
 * that called fork; it is main there in all but its number: its worker is the only one, as if
 * RGO_PROCS were 1, and when its function returns, its deferred calls run and the process exits
 * with code 0. (If it leaves by rgo_exit, the others go on.) The other goroutines are gone: their
 * memory stays, nobody runs them, and waking one does nothing.
 *
 * In a child of a thread of the program's own, workers start anew when there is work. That thread
 * should end the process by exit or _exit: when its function just returns, nothing but goroutines
 * is left, and when they all wait, that is a deadlock.
 *
 * Channels, mutexes and the like that others held or waited at stay as they were at the fork;
 * timers and tickers that were set do not fire, and may be set again; so it is with the deadlines
 * of contexts. Only what the child makes itself is safe to use. In the child of a fork inside
 * go_blocking, or in a blocking region, only exec and _exit are; they always are.
 */
#include "fork.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "netpoll.h"
#include "worker.h"

extern struct lock *const __start_rgo_fork_locks[] __attribute__((visibility("hidden")));
extern struct lock *const __stop_rgo_fork_locks[] __attribute__((visibility("hidden")));

struct goroutine *fork_main;

static void prepare(void)
{
    for (struct lock *const *at = __start_rgo_fork_locks; at < __stop_rgo_fork_locks; at++)
        lock_take(*at);
    timers_fork_prepare();
}

static void locks_release(void)
{
    for (struct lock *const *at = __start_rgo_fork_locks; at < __stop_rgo_fork_locks; at++)
        lock_release(*at);
}

static void parent(void)
{
    timers_fork_parent();
    locks_release();
}

static void goroutine_gone(struct goroutine *g, void *self)
{
    if (g == self)
        return;
    guest_gone(g);
}

static void worker_alone(struct worker *w)
{
    atomic_store(&w->head, 0);
    atomic_store(&w->tail, 0);
    atomic_store(&w->next_up, NULL);
    memset(&w->inbox_lock, 0, sizeof w->inbox_lock);
    w->inbox_first = w->inbox_last = NULL;
    atomic_store(&w->inbox_any, false);
    atomic_store(&w->signal, 0);
    w->spinning = false;
    w->idle_next = NULL;
    w->dying = NULL;
    w->index = 0;
    atomic_store(&w->made, 0);
    atomic_store(&w->ended, 0);
}

static void child(void)
{
    struct worker *w = worker_self();
    struct goroutine *self = w ? w->current : guest_known();
    goroutine_each(goroutine_gone, self);
    bool guest = self && self->guest;
    memset(&scheduler, 0, sizeof scheduler); /* locks that others held are free again */
    scheduler.procs = 1;
    scheduler.workers[0] = w;
    atomic_store(&scheduler.started, w ? 1 : 0);
    atomic_store(&scheduler.guests, guest);
    atomic_store(&scheduler.guests_awake, guest);
    atomic_store(&scheduler.made, self ? 1 : 0);
    if (w)
        worker_alone(w);
    fork_main = self && !guest && self->id != 1 ? self : NULL;
    locks_release();
    timers_forked();
    blocking_forked();
    monitor_forked();
    netpoll_forked();
}

void fork_main_returned(struct goroutine *g)
{
    defers_run(g);
    exit(0);
}

__attribute__((constructor)) static void fork_watch(void)
{
    pthread_atfork(prepare, parent, child);
}
