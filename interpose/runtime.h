/*
 * runtime: what every interceptor stands on.
 *
 * The injected library lives in a stranger's process. An interceptor
 *   1. asks rt_enter() for the task; NULL means: pass straight through (the library is passive,
 *      or this call comes from inside the runtime, or the thread is beyond its end);
 *   2. calls the engine (hb.h);
 *   3. calls rt_leave(), which also delivers signals that arrived meanwhile.
 * The real function is called outside enter/leave, so that a blocking call never defers signals
 * and callbacks are user code again. Release before it, acquire after it (P0).
 *
 *   INTERCEPT(int, pthread_mutex_unlock, (pthread_mutex_t *mutex))
 *   {
 *       struct hb_task *task = rt_enter();
 *       if (task) {
 *           hb_lock_release(task, (uintptr_t)mutex);
 *           rt_leave();
 *       }
 *       return REAL(pthread_mutex_unlock)(mutex);
 *   }
 *
 * errno is preserved across enter .. leave. Between the two: no user code, no libc function that
 * may allocate, lock or be intercepted.
 */
#ifndef RACERUN_INTERPOSE_RUNTIME_H
#define RACERUN_INTERPOSE_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "hb/hb.h"
#include "interpose/real.h"
#include "proto/proto.h"

#define RT_HIDDEN __attribute__((visibility("hidden")))
#define RT_EXPORT __attribute__((visibility("default")))
#define RT_CALLER ((uintptr_t)__builtin_return_address(0))

/* Defines the exported interceptor of a function that interceptors.def lists. The hidden alias is
 * for real.c: a line without a body, or a body without a line, does not link. */
#define INTERCEPT(ret, name, params)                                                               \
    RT_EXPORT ret name params;                                                                     \
    extern RT_HIDDEN ret rt_entry_##name params __attribute__((alias(#name)));                     \
    RT_EXPORT ret name params

/* The engine; NULL while passive (started without the tool, or not yet booted). */
extern RT_HIDDEN struct hb *rt_hb;
/* Set while a thread forks: nobody else enters (see hb_fork_prepare). */
extern RT_HIDDEN _Atomic uint32_t *rt_paused;
extern RT_HIDDEN struct proto_control *rt_control;
extern RT_HIDDEN __thread struct hb_cursor rt_cursor __attribute__((tls_model("initial-exec")));

/* The calling thread's task with the runtime entered, or NULL. A thread that we have not seen
 * start is adopted as a task with an unknown past. */
RT_HIDDEN struct hb_task *rt_enter(void);
RT_HIDDEN void rt_leave(void);

/* Around the first binding of the calling thread to a task; or its binding to another one. */
RT_HIDDEN void rt_arrive(void);
RT_HIDDEN void rt_arrived(void);
/* Between enter and leave, around a call of libc that may wait for a lock of libc's: other threads
 * may fork meanwhile; signals stay deferred. */
RT_HIDDEN void rt_host_begin(void);
RT_HIDDEN void rt_host_end(void);

/* Called once from the first of: our constructor, __tsan_init, any interceptor. */
RT_HIDDEN void rt_boot(void);

/* True when `pc` lies in a module built with instrumentation: only such code's calls of memory
 * and string functions count as accesses (others may synchronise in ways that we cannot see). */
RT_HIDDEN bool rt_instrumented(uintptr_t pc);

/* Around a function of libc that calls the program back: stacks from there show who called it.
 * `sp`: at that call. A second end, or one without a beginning, does nothing. */
RT_HIDDEN void rt_call_begin(uintptr_t call_pc, uintptr_t sp);
RT_HIDDEN void rt_call_end(uintptr_t call_pc);

/* Under exhaustive search (control/state.c): a task wrote there. */
extern RT_HIDDEN bool control_watches;
RT_HIDDEN void control_wrote(const volatile void *memory);

/* A range access by a memory or string function on behalf of its caller. */
static inline void rt_range(struct hb_task *task, const void *p, size_t size, enum hb_kind kind,
                            uintptr_t pc)
{
    if (!size)
        return;
    if (__builtin_expect(control_watches, 0) && kind != HB_READ)
        control_wrote(p);
    hb_access(task, (uintptr_t)p, size, kind, pc);
}

#endif
