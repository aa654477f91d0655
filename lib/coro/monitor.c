/*
 * The monitor: a thread that looks at the workers every few milliseconds, as long as one is awake.
 * A worker that has not switched for a quantum gets its preemption flag; and if others are idle
 * while something runnable waits behind it, where only a hard look finds it, one of them is woken.
 *
 * It only reads what the workers write for themselves: what it sees may be old, which does no harm.
 */
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fork.h"
#include "policy.h"
#include "racerun/go/sched.h"
#include "worker.h"

#define PREEMPT_DEFAULT_NS INT64_C(10000000)
#define LOOK_MIN_NS INT64_C(1000000)
#define LOOK_MAX_NS INT64_C(5000000)

_Atomic uint32_t monitor_blocked; /* futex */

static int64_t preempt_ns = PREEMPT_DEFAULT_NS;
static struct seen {
    uint32_t tick;
    int64_t since;
} seen[WORKERS_MAX];

static bool work_behind(const struct worker *w)
{
    return !queue_empty(w) || atomic_load(&scheduler.global_count) ||
           (!atomic_load(&scheduler.poller) && (timers_pending() || netpoll_waiting()));
}

static void worker_look(struct worker *w, struct seen *last, int64_t now, int64_t quantum)
{
    uint32_t tick = *(volatile uint32_t *)&w->tick;
    if (tick != last->tick || *(struct goroutine *volatile *)&w->current == &w->idle) {
        *last = (struct seen){.tick = tick, .since = now};
        return;
    }
    if (work_behind(w) && atomic_load(&scheduler.idle_count))
        worker_wake_one();
    if (now - last->since < quantum)
        return;
    atomic_store(&w->preempt, true);
    __atomic_store_n(&rgo_preempt_wanted, 1, __ATOMIC_SEQ_CST);
}

static void block_while_idle(void)
{
    atomic_store(&monitor_blocked, 1);
    if (atomic_load(&scheduler.idle_count) == atomic_load(&scheduler.started))
        syscall(SYS_futex, &monitor_blocked, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
    atomic_store(&monitor_blocked, 0);
}

void monitor_unblock(void)
{
    if (atomic_exchange(&monitor_blocked, 0))
        syscall(SYS_futex, &monitor_blocked, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *monitor_main(void *unused)
{
    scheduler_helper_add(1);
    for (;;) {
        int64_t quantum = policy_quantum_ns();
        if (!quantum)
            quantum = preempt_ns;
        int64_t pause = quantum / 2 < LOOK_MIN_NS   ? LOOK_MIN_NS
                        : quantum / 2 > LOOK_MAX_NS ? LOOK_MAX_NS
                                                    : quantum / 2;
        struct timespec time = {.tv_nsec = pause};
        nanosleep(&time, NULL);
        unsigned started = atomic_load(&scheduler.started);
        if (atomic_load(&scheduler.idle_count) == started)
            block_while_idle();
        int64_t now = time_now();
        for (unsigned i = 0; i < started; i++)
            worker_look(scheduler.workers[i], &seen[i], now, quantum);
        stacks_trim();
    }
    return unused;
}

static bool thread_start(void)
{
    const char *text = getenv("RGO_PREEMPT_MS");
    long wanted = text ? strtol(text, NULL, 10) : 0;
    if (wanted >= 1 && wanted <= 1000000)
        preempt_ns = wanted * 1000000;
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all, before; /* the program's signals are not for this thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool ok = pthread_create(&thread, &attributes, monitor_main, NULL) == 0;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

static _Atomic int state; /* 0: not tried, 1: being tried, 2: runs, 3: cannot */

bool monitor_start(void)
{
    int none = 0;
    if (UNLIKELY(atomic_compare_exchange_strong(&state, &none, 1))) {
        bool ok = thread_start();
        __atomic_store_n(&rgo_preempt_wanted, 0, __ATOMIC_SEQ_CST);
        atomic_store(&state, ok ? 2 : 3);
    }
    return atomic_load(&state) != 3;
}

void monitor_forked(void)
{
    atomic_store(&state, 0);
    atomic_store(&monitor_blocked, 0);
}
