/*
 * fast: the inline part of the access check, for the instrumentation's entry points. Answers the
 * same-epoch question with loads only; everything else is hb_access.
 */
#ifndef RACERUN_HB_FAST_H
#define RACERUN_HB_FAST_H

#include "hb/record.h"

/*
 * Directory of the shadow: one entry per 16 MB of address space, covering 47 bits. An entry is
 * `delta` such that the head of a granule at address a is at delta + 2 * (a & ~7), 0 when absent.
 * Addresses above are found in the slow path only.
 */
#define SHADOW_CHUNK_BITS 24u
#define SHADOW_DIR_ENTRIES (UINT64_C(1) << (47 - SHADOW_CHUNK_BITS))

/*
 * True when the task's current epoch already has a record that covers an access to `size` bytes
 * (1, 2, 4 or 8, within one granule) at `addr`. `forbidden`: kind bits that such a record must
 * not have, see fast_read and fast_write.
 */
static inline __attribute__((always_inline)) bool
fast_same_epoch(_Atomic uint64_t *dir, uint64_t own, uintptr_t addr, uint32_t size,
                uint64_t forbidden)
{
    uint64_t index = addr >> SHADOW_CHUNK_BITS;
    if (__builtin_expect(index >= SHADOW_DIR_ENTRIES, 0))
        return false;
    uint64_t delta = atomic_load_explicit(&dir[index], memory_order_relaxed);
    if (__builtin_expect(delta == 0, 0))
        return false;
    uint32_t offset = (uint32_t)addr & 7;
    if (size == 8 && offset != 0)
        return false;
    if (size > 1 && size < 8 && offset + size > 8)
        return false;
    const struct granule *granule = (const struct granule *)(delta + 2 * (addr & ~(uintptr_t)7));
    uint64_t word = atomic_load_explicit(&granule->word, memory_order_relaxed);
    uint64_t bytes = (uint64_t)(size == 8 ? 0xffu : ((1u << size) - 1) << offset);
    return ((word ^ own) & (RECORD_EPOCH_MASK | forbidden | bytes)) == 0;
}

/*
 * The frequent case of hb_call_enter; false: call that instead. `sp` must fall with every nested
 * call, see calls.c.
 */
static inline __attribute__((always_inline)) bool
fast_call_enter(struct hb_cursor *cursor, uintptr_t call_pc, uintptr_t sp)
{
    struct hb_frame *top = cursor->top;
    if (__builtin_expect(top >= cursor->limit || (int32_t)(top->sp - (uint32_t)sp) <= 0, 0))
        return false;
    top[1].call_pc = call_pc;
    top[1].node = 0;
    top[1].sp = (uint32_t)sp;
    cursor->top = top + 1;
    return true;
}

#define FAST_READ (RECORD_ATOMIC | RECORD_FREED)
#define FAST_WRITE (RECORD_ATOMIC | RECORD_FREED | RECORD_NOT_WRITE)

#endif
