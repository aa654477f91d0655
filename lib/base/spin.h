/*
 * spin: a lock of one word for short critical sections in a stranger's process. Spins briefly,
 * then yields the processor, so that a preempted owner among many threads cannot stall the rest.
 *
 * Ranks (a holder may take only a higher rank): granule < sync object < heap shard < tables
 * (contexts, slots, depots). No lock is held while user code runs, a finding is reported, or a
 * real blocking call is made.
 */
#ifndef RACERUN_BASE_SPIN_H
#define RACERUN_BASE_SPIN_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/sys.h"

struct spin {
    _Atomic uint32_t word;
};

static inline void spin_pause(uint32_t *rounds)
{
    if (++*rounds < 64)
        __asm__ volatile("pause");
    else
        sys_yield();
}

static inline void spin_lock(struct spin *lock)
{
    uint32_t rounds = 0;
    while (atomic_exchange_explicit(&lock->word, 1, memory_order_acquire) != 0) {
        while (atomic_load_explicit(&lock->word, memory_order_relaxed) != 0)
            spin_pause(&rounds);
    }
}

static inline void spin_unlock(struct spin *lock)
{
    atomic_store_explicit(&lock->word, 0, memory_order_release);
}

#endif
