/*
 * Preemption points: what instrumented code calls at every edge. `rgo_preempt_wanted` is not 0
 * while some worker's flag is set, so that a point costs one load; which worker is meant is seen to
 * here. It begins as 1: the first point to come starts the monitor, which sets the flags
 * (monitor.c).
 */
#include <signal.h>
#include <string.h>

#include "policy.h"
#include "racerun/go/sched.h"
#include "worker.h"

int rgo_preempt_wanted = 1;

__attribute__((weak, visibility("default"))) void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    rgo_preempt_point();
}

/* In a signal handler the mask is another than usual. */
static bool in_handler(const struct worker *w)
{
    sigset_t mask;
    if (pthread_sigmask(SIG_SETMASK, NULL, &mask))
        return true;
    return memcmp(&mask, &w->usual_mask, sizeof(uint64_t)) != 0; /* what the kernel fills in */
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
    if (!w || !w->current || w->current == &w->idle || w->dying || in_handler(w))
        return;
    if (!monitor_start())
        flag_clear(w); /* no monitor, no preemption */
    if (!atomic_load(&w->preempt) || w->current->preempt_off)
        return;
    flag_clear(w);
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
