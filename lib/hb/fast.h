/*
 * fast: the inline part of the access check, for the instrumentation's entry points. Answers the
 * same-epoch question with loads only; everything else is hb_access.
 */
#ifndef RACERUN_HB_FAST_H
#define RACERUN_HB_FAST_H

#include "hb/intern.h"
#include "hb/record.h"

/*
 * Directory of the shadow: one entry per 16 MB of address space, covering 47 bits. An entry is
 * `delta` such that the head of a granule at address a is at delta + 2 * (a & ~7), 0 when absent.
 * Addresses above are found in the slow path only.
 */
#define SHADOW_CHUNK_BITS 24u
#define SHADOW_DIR_ENTRIES (UINT64_C(1) << (47 - SHADOW_CHUNK_BITS))

/* Kind bits that a record must not have to cover a read or a write. */
#define FAST_READ (RECORD_ATOMIC | RECORD_FREED)
#define FAST_WRITE (RECORD_ATOMIC | RECORD_FREED | RECORD_NOT_WRITE)

/* The directory's entry for `addr`, 0 when there is none. */
static inline __attribute__((always_inline)) uint64_t fast_delta(_Atomic uint64_t *dir,
                                                                 uintptr_t addr)
{
    uint64_t index = addr >> SHADOW_CHUNK_BITS;
    if (__builtin_expect(index >= SHADOW_DIR_ENTRIES, 0))
        return 0;
    return atomic_load_explicit(&dir[index], memory_order_relaxed);
}

static inline __attribute__((always_inline)) const struct granule *fast_granule(uint64_t delta,
                                                                                uintptr_t addr)
{
    return (const struct granule *)(delta + 2 * (addr & ~(uintptr_t)7));
}

/* The head is of epoch `own`, has none of the `forbidden` kind bits and all of `bytes`. */
static inline __attribute__((always_inline)) bool
fast_covers(const struct granule *granule, uint64_t own, uint64_t forbidden, uint64_t bytes)
{
    uint64_t word = atomic_load_explicit(&granule->word, memory_order_relaxed);
    return ((word ^ own) & (RECORD_EPOCH_MASK | forbidden | bytes)) == 0;
}

/*
 * True when the task's current epoch already has a record that covers an access to `size` bytes
 * (1, 2, 4 or 8) at `addr`; false for one that is not naturally aligned. `forbidden`: FAST_READ or
 * FAST_WRITE.
 */
static inline __attribute__((always_inline)) bool fast_same_epoch(_Atomic uint64_t *dir,
                                                                  uint64_t own, uintptr_t addr,
                                                                  uint32_t size, uint64_t forbidden)
{
    uint64_t delta = fast_delta(dir, addr);
    if (__builtin_expect(delta == 0, 0) || (addr & (size - 1)) != 0)
        return false;
    uint64_t bytes = size == 8 ? RECORD_BYTES_MASK : (uint64_t)((1u << size) - 1) << (addr & 7);
    return fast_covers(fast_granule(delta, addr), own, forbidden, bytes);
}

/* The granule of an atomic location from which the task may load as if nobody watched, provided
 * that fast_settled says so before the load and after it: who stores locks the granule first. */
static inline __attribute__((always_inline)) const struct granule *
fast_location(_Atomic uint64_t *dir, uintptr_t addr, uint32_t size)
{
    uint64_t delta = fast_delta(dir, addr);
    return delta && (addr & (size - 1)) == 0 ? fast_granule(delta, addr) : NULL;
}

static inline __attribute__((always_inline)) bool
fast_settled(const struct granule *granule, uint64_t own, uintptr_t addr, uint32_t size)
{
    uint64_t bytes = (uint64_t)((1u << size) - 1) << (addr & 7);
    uint64_t looked_at = RECORD_EPOCH_MASK | RECORD_SETTLED | RECORD_FREED | bytes;
    uint64_t word = atomic_load_explicit(&granule->word, memory_order_acquire);
    return (word & looked_at) == (own | RECORD_SETTLED);
}

/* The same of a relaxed read-modify-write that has nothing to tell (`own`: hb_cursor.quiet_word).
 * It would find nothing new, leave no record and change no release sequence. */
static inline __attribute__((always_inline)) bool
fast_settled_update(const struct granule *granule, uint64_t own, uintptr_t addr, uint32_t size)
{
    uint64_t bytes = (uint64_t)((1u << size) - 1) << (addr & 7);
    uint64_t looked_at = RECORD_EPOCH_MASK | RECORD_KIND_MASK | bytes;
    uint64_t word = atomic_load_explicit(&granule->word, memory_order_acquire);
    return (word & looked_at) == (own | RECORD_SETTLED | RECORD_ATOMIC);
}

/* Of a relaxed store: it ends release sequences, so there must be none. */
static inline __attribute__((always_inline)) bool
fast_settled_store(const struct granule *granule, uint64_t own, uintptr_t addr, uint32_t size)
{
    return __atomic_load_n(&granule->next, __ATOMIC_RELAXED) == 0 &&
           fast_settled_update(granule, own, addr, size);
}

/* fast_same_epoch at any alignment, across two granules if need be (of one chunk). */
static inline __attribute__((always_inline)) bool
fast_same_epoch_unaligned(_Atomic uint64_t *dir, uint64_t own, uintptr_t addr, uint32_t size,
                          uint64_t forbidden)
{
    uint64_t delta = fast_delta(dir, addr);
    if (__builtin_expect(delta == 0, 0))
        return false;
    const struct granule *granule = fast_granule(delta, addr);
    uint32_t bytes = ((1u << size) - 1) << (addr & 7);
    if (!fast_covers(granule, own, forbidden, bytes & RECORD_BYTES_MASK))
        return false;
    if (bytes <= RECORD_BYTES_MASK)
        return true;
    if ((addr + 8) >> SHADOW_CHUNK_BITS != addr >> SHADOW_CHUNK_BITS)
        return false;
    return fast_covers(granule + 1, own, forbidden, bytes >> 8);
}

/* The first of two granules of one chunk, which begin at addr, or NULL. */
static inline __attribute__((always_inline)) const struct granule *
fast_two_granules(_Atomic uint64_t *dir, uintptr_t addr)
{
    uint64_t delta = fast_delta(dir, addr);
    if (__builtin_expect(delta == 0, 0) || addr % GRANULE_BYTES ||
        (addr + GRANULE_BYTES) >> SHADOW_CHUNK_BITS != addr >> SHADOW_CHUNK_BITS)
        return NULL;
    return fast_granule(delta, addr);
}

/* fast_same_epoch for 16 bytes. */
static inline __attribute__((always_inline)) bool
fast_same_epoch_16(_Atomic uint64_t *dir, uint64_t own, uintptr_t addr, uint64_t forbidden)
{
    const struct granule *granule = fast_two_granules(dir, addr);
    return granule && fast_covers(granule, own, forbidden, RECORD_BYTES_MASK) &&
           fast_covers(granule + 1, own, forbidden, RECORD_BYTES_MASK);
}

/* A read of the whole granule is covered by the head or the record behind it. known.h says why the
 * list may be looked at without the lock (granule_known, which looks deeper). */
static inline __attribute__((always_inline)) bool
fast_listed(const struct granule *granule, const struct record *records, uint64_t own)
{
    uint64_t looked_at = RECORD_EPOCH_MASK | FAST_READ | RECORD_BYTES_MASK;
    uint64_t head = atomic_load_explicit(&granule->word, memory_order_acquire);
    if (__builtin_expect(((head ^ own) & looked_at) == 0, 1))
        return true;
    uint32_t next = __atomic_load_n(&granule->next, __ATOMIC_RELAXED);
    uint64_t word = __atomic_load_n(&records[next].word, __ATOMIC_RELAXED);
    if (((word ^ own) & looked_at) != 0)
        return false;
    atomic_thread_fence(memory_order_acquire);
    return head == atomic_load_explicit(&granule->word, memory_order_relaxed) &&
           next == __atomic_load_n(&granule->next, __ATOMIC_RELAXED);
}

/* fast_same_epoch for a read of 16 bytes, such as vectorised loops have of tables, which two tasks
 * read. For own words of bound tasks only. */
static inline __attribute__((always_inline)) bool
fast_read_listed(_Atomic uint64_t *dir, const struct record *records, uint64_t own, uintptr_t addr)
{
    const struct granule *granule = fast_two_granules(dir, addr);
    return granule && fast_listed(granule, records, own) && fast_listed(granule + 1, records, own);
}

/* What is asked of a task here, which begins with it. */
struct hb_front {
    uint32_t lockset; /* number of the current set, or LOCKSET_STALE */
    bool acted;       /* records, or clocks of others, may bear the current epoch */
};
#define LOCKSET_STALE UINT32_MAX /* nobody's number */

/* The key of the context of an access: its place, and frame and locks. */
static inline struct intern_key fast_context(const struct hb_front *front, uint32_t node,
                                             uintptr_t pc)
{
    return (struct intern_key){pc, (uint64_t)node << 32 | front->lockset};
}

/*
 * What the task did before, in another epoch, it does again, as who comes back to a critical
 * section does: the head is its own, of the same kind, bytes and context, and gets a new clock:
 * `now`. Whatever else is in the list was met by that access, and what was ordered before it still
 * is; sync objects are to hear of writes. False: nothing was done.
 *
 * One step decides and changes, so nobody need have entered the engine. No one else makes a head of
 * this task's, so between load and exchange it cannot have been another.
 */
static inline __attribute__((always_inline)) bool fast_renew(struct granule *granule, uint64_t now,
                                                             const struct intern_key *contexts,
                                                             struct intern_key here)
{
    uint64_t word = atomic_load_explicit(&granule->word, memory_order_acquire);
    if (((word ^ now) & ~RECORD_CLOCK_MASK) ||
        (!(now & RECORD_NOT_WRITE) && __atomic_load_n(&granule->next, __ATOMIC_RELAXED)))
        return false;
    const struct intern_key *was = &contexts[__atomic_load_n(&granule->ctx, __ATOMIC_RELAXED)];
    return was->a == here.a && was->b == here.b &&
           atomic_compare_exchange_strong_explicit(&granule->word, &word, now, memory_order_acq_rel,
                                                   memory_order_relaxed);
}

/* The same for an entry point, within one granule. `sp` is as for fast_call_heal; `kind` HB_READ or
 * HB_WRITE. */
static inline __attribute__((always_inline)) bool
fast_again(_Atomic uint64_t *dir, const struct intern_key *contexts, const struct hb_cursor *cursor,
           uintptr_t addr, uint32_t size, enum hb_kind kind, uintptr_t pc, uintptr_t sp)
{
    uint64_t delta = fast_delta(dir, addr), own = cursor->word;
    uint64_t bytes = (uint64_t)((1u << size) - 1) << (addr & 7);
    if (__builtin_expect(own == RECORD_LOCKED || cursor->inside, 0) || !delta ||
        bytes > RECORD_BYTES_MASK)
        return false;
    struct hb_front *front = (struct hb_front *)(void *)cursor->task;
    const struct hb_frame *top = cursor->top;
    if ((int32_t)(top->sp - (uint32_t)sp) < 0 || !top->node)
        return false;
    if (!fast_renew((struct granule *)(delta + 2 * (addr & ~(uintptr_t)7)),
                    record_make(own, kind, (uint32_t)bytes), contexts,
                    fast_context(front, top->node, pc)))
        return false;
    front->acted = true;
    return true;
}

/*
 * The frequent case of hb_call_enter; false: call that instead. `sp` must fall with every nested
 * call, see calls.c.
 */
static inline __attribute__((always_inline)) bool fast_call_enter(struct hb_cursor *cursor,
                                                                  uintptr_t call_pc, uintptr_t sp)
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

/* The frequent case of hb_call_heal, of a bound cursor: nothing was left behind. */
static inline __attribute__((always_inline)) void fast_call_heal(struct hb_cursor *cursor,
                                                                 uintptr_t sp)
{
    if (__builtin_expect((int32_t)(cursor->top->sp - (uint32_t)sp) < 0, 0))
        hb_call_heal(cursor, sp);
}

#endif
