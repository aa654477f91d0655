/*
 * lock: for the injected library's own tables. Sections are a few instructions and call nothing
 * that waits; signals are deferred while one is held (the holder is inside the runtime).
 * Ranks, outermost first: threads, modules, descriptors. fork takes them all in this order.
 */
#ifndef RACERUN_INTERPOSE_LOCK_H
#define RACERUN_INTERPOSE_LOCK_H

#include <stdatomic.h>

#include "base/sys.h"

struct rt_lock {
    atomic_uint held;
};

static inline void rt_lock_take(struct rt_lock *lock)
{
    enum { SPINS = 100 };
    for (unsigned tries = 0; atomic_exchange_explicit(&lock->held, 1, memory_order_acquire);) {
        if (++tries < SPINS)
            __builtin_ia32_pause();
        else
            sys_yield();
    }
}

static inline void rt_lock_give(struct rt_lock *lock)
{
    atomic_store_explicit(&lock->held, 0, memory_order_release);
}

#endif
