/*
 * enter: rt_enter and rt_leave inline, for interceptors that do little else.
 */
#ifndef RACERUN_INTERPOSE_ENTER_H
#define RACERUN_INTERPOSE_ENTER_H

#include <stdatomic.h>

#include "interpose/cancel.h"
#include "interpose/signals.h"
#include "interpose/thread.h"

/* What is not the plain case (runtime.c). */
RT_HIDDEN struct hb_task *rt_enter_slow(void);
RT_HIDDEN void rt_wait_paused(enum hb_inside outside);

static inline struct hb_task *enter(void)
{
    struct hb_task *task = rt_cursor.task;
    if (__builtin_expect(!task || rt_cursor.inside, 0))
        return rt_enter_slow();
    if (__builtin_expect(rt_self.cancel_asynchronous, 0))
        cancel_defer();
    rt_cursor.inside = HB_INSIDE_ENGINE;
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(rt_paused, memory_order_relaxed), 0))
        rt_wait_paused(HB_INSIDE_NOTHING); /* signals may come in */
    return task;
}

static inline void leave(void)
{
    atomic_signal_fence(memory_order_seq_cst);
    rt_cursor.inside = HB_INSIDE_NOTHING;
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(*(volatile bool *)&rt_self.signals_pending, 0))
        signals_deliver();
    if (__builtin_expect(rt_self.cancel_asynchronous, 0))
        cancel_undefer();
}

#endif
