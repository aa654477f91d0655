/*
 * Preemption points: what instrumented code calls at every edge. `rgo_preempt_wanted` is not 0
 * while some worker's flag is set, so that a point costs one load; which worker is meant is seen to
 * here. It begins as 1: the first point to come starts the monitor, which sets the flags
 * (monitor.c).
 *
 * Whoever has blocked signals is not preempted: it may be a handler, which has interrupted
 * anything, or a part of the program that is to unblock them on the same thread. What counts as
 * blocked differs from the worker's usual mask: the one with which its thread began, or which it
 * had when it last went to sleep; main's, also the one that main had when it started its first
 * goroutines, and, once there are preemption points, when it last let others run. To learn it at
 * every switch would cost a system call each.
 */
#include <signal.h>
#include <string.h>

#include "policy.h"
#include "racerun/go/sched.h"
#include "worker.h"

int rgo_preempt_wanted = 1;
bool preempt_used;

__attribute__((weak, visibility("default"))) void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    rgo_preempt_point();
}

/* Whether a signal handler may be running here, or a part of the program that has blocked signals
 * for a while. Handlers differ in the mask or run on the signal stack; for those that do neither
 * see sched.h. */
static bool interrupted(const struct worker *w)
{
    sigset_t mask;
    stack_t stack;
    if (pthread_sigmask(SIG_SETMASK, NULL, &mask) || sigaltstack(NULL, &stack))
        return true;
    return stack.ss_flags & SS_ONSTACK ||
           memcmp(&mask, &w->usual_mask, sizeof(uint64_t)) != 0; /* what the kernel fills in */
}

void preempt_mask_learn(struct worker *w)
{
    pthread_sigmask(SIG_SETMASK, NULL, &w->usual_mask);
}

/* Other workers' flags keep the common one up. */
static void flag_clear(struct worker *w)
{
    atomic_store(&w->preempt, false);
    __atomic_store_n(&rgo_preempt_wanted, 0, __ATOMIC_SEQ_CST);
    unsigned started = atomic_load(&scheduler.started);
    for (unsigned i = 0; i < started; i++)
        if (atomic_load(&scheduler.workers[i]->preempt))
            __atomic_store_n(&rgo_preempt_wanted, 1, __ATOMIC_SEQ_CST);
}

void rgo_preempt_now(void)
{
    struct worker *w = worker_self();
    if (!w || !w->current || w->current == &w->idle || w->dying)
        return;
    __atomic_store_n(&preempt_used, true, __ATOMIC_RELAXED);
    if (UNLIKELY(!monitor_runs())) {
        if (interrupted(w))
            return; /* threads are not made in handlers */
        if (!monitor_start())
            flag_clear(w); /* no monitor, no preemption */
    }
    if (!atomic_load(&w->preempt) || w->current->preempt_off)
        return;
    flag_clear(w); /* refused or not: to ask the kernel at each point would take too long */
    if (!interrupted(w))
        scheduler_preempt();
}

void rgo_preempt_off(void)
{
    struct goroutine *g = goroutine_self();
    if (g->preempt_off == UINT8_MAX)
        panic_text("go_preempt_off: nested too deeply");
    g->preempt_off++;
}

void rgo_preempt_on(void)
{
    struct goroutine *g = goroutine_self();
    if (!g->preempt_off)
        panic_text("go_preempt_on without go_preempt_off");
    g->preempt_off--;
}
