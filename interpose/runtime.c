/*
 * runtime: entering and leaving (see runtime.h).
 *
 * rt_cursor.inside is 1 between the two. It is what makes nested interceptor calls pass through and
 * signals wait. A signal handler of the same thread may look at it between any two instructions:
 * the compiler must not move work across the stores (signal fences), the processor does not.
 */
#include "interpose/runtime.h"

#include <stdatomic.h>

#include "base/sys.h"
#include "interpose/cancel.h"
#include "interpose/signals.h"
#include "interpose/thread.h"

struct hb *rt_hb;
static _Atomic uint32_t never_paused;
_Atomic uint32_t *rt_paused = &never_paused;
struct proto_control *rt_control;
__thread struct hb_cursor rt_cursor = HB_CURSOR_INIT;
__thread struct self rt_self;

/* The task of a call that is not the plain case. */
static __attribute__((noinline, cold)) struct hb_task *rt_enter_slow(void)
{
    if (rt_cursor.inside || rt_self.state == THREAD_ENDED)
        return NULL;
    rt_boot();
    if (!rt_hb)
        return NULL;
    if (rt_self.cancel_asynchronous)
        cancel_defer();
    rt_cursor.inside = 1;
    atomic_signal_fence(memory_order_seq_cst);
    if (!rt_cursor.task)
        thread_adopt(NULL);
    return rt_cursor.task;
}

/* Another thread forks: wait outside until it has. Signals may come in meanwhile. */
static __attribute__((noinline, cold)) void rt_wait_paused(void)
{
    while (atomic_load_explicit(rt_paused, memory_order_acquire)) {
        rt_cursor.inside = 0;
        sys_yield();
        rt_cursor.inside = 1;
        atomic_signal_fence(memory_order_seq_cst);
    }
}

struct hb_task *rt_enter(void)
{
    struct hb_task *task = rt_cursor.task;
    if (__builtin_expect(!task || rt_cursor.inside, 0))
        return rt_enter_slow();
    if (__builtin_expect(rt_self.cancel_asynchronous, 0))
        cancel_defer();
    rt_cursor.inside = 1;
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(rt_paused, memory_order_relaxed), 0))
        rt_wait_paused();
    return task;
}

void rt_leave(void)
{
    atomic_signal_fence(memory_order_seq_cst);
    rt_cursor.inside = 0;
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(*(volatile bool *)&rt_self.signals_pending, 0))
        signals_deliver();
    if (__builtin_expect(rt_self.cancel_asynchronous, 0))
        cancel_undefer();
}
