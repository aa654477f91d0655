/*
 * racerun/go/sched.h: which goroutine runs next, and preempting one that computes for long.
 */
#ifndef RACERUN_GO_SCHED_H
#define RACERUN_GO_SCHED_H

#include "racerun/go/base.h"

RGO_BEGIN_DECLS

/* ---- policies ----
 * "steal" (the default), "fcfs", "rr[:quantum]", "priority", "sjn", "srt",
 * "mlq[:levels[:quantum]]"; a quantum is a time ("10ms", the default; also ns, us, s) or a number
 * of scheduling points ("3"). The environment variable RGO_SCHED has the same form; a value that
 * has not ends the program (exit 2).
 *
 * The policies are cooperative: the next goroutine is picked when the running one waits, ends,
 * yields or is preempted. One that becomes runnable interrupts nobody. One that yields queues as if
 * it had just come, except that under rr and mlq with a quantum of N points it keeps its turn until
 * its N-th yield. Under priority, sjn and srt a goroutine that only yields while it waits for a
 * less urgent one waits for ever. mlq: who uses up a quantum goes one level down, where quanta are
 * twice as long; no one is overtaken without bound. The order is exact with RGO_PROCS=1.
 *
 * At any moment, from any thread; what is queued moves over. Returns 0, or EINVAL and changes
 * nothing. */
RGO_API int rgo_policy_set(const char *policy);
/* The name of the present one, without its quantum. */
RGO_API const char *rgo_policy(void);
/* Of the calling goroutine: the larger goes first, under "priority". */
RGO_API void rgo_priority_set(int priority);
/* The calling goroutine is expected to run so many nanoseconds more; for "sjn" and "srt". */
RGO_API void rgo_burst_set(int64_t burst_ns);

/* ---- preemption ----
 * A goroutine that has computed for RGO_PREEMPT_MS (default 10) milliseconds without a scheduling
 * point, or for the quantum of the policy, yields at its next preemption point: rgo_preempt_point,
 * or any branch in code that was compiled with -fsanitize-coverage=trace-pc (gcc and clang). Not
 * while rgo_preempt_off is in force, not in threads of the program's own, not on a signal stack,
 * and not while the thread's signal mask is another than usual, as it is in a signal handler. The
 * usual one is that with which the thread began, or which it had when it last slept in the runtime;
 * for main's thread also the one that main had when it started its first goroutines, or, in a
 * program that had come to a preemption point by then, when it last waited or yielded. So main may
 * block signals for good, and whoever blocks them for a while is not preempted meanwhile. A handler
 * that blocks nothing (SA_NODEFER, on the goroutine's stack) must have no preemption points, or
 * switch preemption off. Who holds a lock that is not the runtime's (pthread_mutex_t) should do
 * that, too: others on this thread may want it. */
RGO_API extern int rgo_preempt_wanted;
RGO_API void rgo_preempt_now(void);
static inline void rgo_preempt_point(void)
{
    if (__builtin_expect(__atomic_load_n(&rgo_preempt_wanted, __ATOMIC_RELAXED), 0))
        rgo_preempt_now();
}
/* For the calling goroutine; they nest, up to 255 deep. */
RGO_API void rgo_preempt_off(void);
RGO_API void rgo_preempt_on(void);

RGO_END_DECLS

#ifndef RGO_NO_SHORT_NAMES
#define go_policy_set rgo_policy_set
#define go_policy rgo_policy
#define go_priority_set rgo_priority_set
#define go_burst_set rgo_burst_set
#define go_preempt_point rgo_preempt_point
#define go_preempt_off rgo_preempt_off
#define go_preempt_on rgo_preempt_on
#endif

#endif
