/*
 * The monitor: a thread that looks at the workers every few milliseconds, as long as one is awake.
 * A worker that has not switched for a quantum gets its preemption flag; and if others are idle
 * while something runnable waits behind it, where only a hard look finds it, one of them is woken.
 *
 * It only reads what the workers write for themselves: what it sees may be old, which does no harm.
 */
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fork.h"
#include "policy.h"
#include "racerun/go/sched.h"
#include "worker.h"

#define PREEMPT_DEFAULT_NS INT64_C(10000000)
#define PREEMPT_MOST_MS 1000000u
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

/* Whether its goroutine is to be preempted. */
static bool worker_look(struct worker *w, struct seen *last, int64_t now, int64_t quantum)
{
    uint32_t tick = *(volatile uint32_t *)&w->tick;
    if (worker_calm(w) && !calm_goes_on(w) && work_behind(w))
        worker_wake_one();
    if (tick != last->tick || *(struct goroutine *volatile *)&w->current == &w->idle) {
        *last = (struct seen){.tick = tick, .since = now};
        return false;
    }
    calm_end(w);
    if (work_behind(w) && atomic_load(&scheduler.idle_count))
        worker_wake_one();
    return now - last->since >= quantum;
}

/* A flag that came to no preemption point in time is taken back, or it would make all points slow.
 */
static void workers_look(unsigned count, int64_t quantum)
{
    int64_t now = time_now();
    bool any = false;
    for (unsigned i = 0; i < count; i++) {
        bool preempt = worker_look(scheduler.workers[i], &seen[i], now, quantum);
        atomic_store(&scheduler.workers[i]->preempt, preempt);
        any |= preempt;
    }
    __atomic_store_n(&rgo_preempt_wanted, any, __ATOMIC_SEQ_CST);
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
        workers_look(started, quantum);
        stacks_trim();
    }
    return unused;
}

static bool thread_start(void)
{
    unsigned wanted = env_number("RGO_PREEMPT_MS", PREEMPT_MOST_MS);
    if (wanted)
        preempt_ns = wanted * INT64_C(1000000);
    return scheduler_helper_start(monitor_main);
}

static _Atomic int state; /* 0: not tried, 1: being tried, 2: runs, 3: cannot */

bool monitor_start(void)
{
    int none = 0;
    if (atomic_compare_exchange_strong(&state, &none, 1)) {
        bool ok = thread_start();
        __atomic_store_n(&rgo_preempt_wanted, 0, __ATOMIC_SEQ_CST);
        atomic_store(&state, ok ? 2 : 3);
    }
    return atomic_load(&state) != 3;
}

bool monitor_runs(void)
{
    return atomic_load_explicit(&state, memory_order_relaxed) == 2;
}

void monitor_forked(void)
{
    atomic_store(&state, 0);
    atomic_store(&monitor_blocked, 0);
    __atomic_store_n(&rgo_preempt_wanted, 1, __ATOMIC_SEQ_CST); /* the next point starts one */
}
