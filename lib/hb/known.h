/*
 * known: is there anything to record? The looks that access.c takes at a granule, or at a range of
 * them, before it locks any: loads only.
 */
#ifndef RACERUN_HB_KNOWN_H
#define RACERUN_HB_KNOWN_H

#include "hb/engine.h"

#define KNOWN_DEPTH 4u /* records of a list at which is looked for own ones */

/*
 * True when records of the task's current epoch cover the access, wherever in the list: several
 * tasks read the granule in turns, or its fields are accessed at different places.
 *
 * Looks without the lock, or readers in turns would pass the line to and fro. Nobody else makes
 * records of the task's current epoch, but others move them (a head that makes room becomes an
 * element), and elements that lose their bytes serve other granules. So what was found counts if
 * afterwards head and links are what they were: an element that had left is not behind the same
 * others any more. That is a proof but for one case: an element leaves, is given a record of this
 * task's epoch by somebody who makes room in another granule, is read as that, leaves there, and
 * comes back to the same head and neighbours, which only comes about by records being put before it
 * and taken away again; twice, that is, somebody else does several accesses between two loads of
 * this loop. Then one access of an epoch is not recorded: a race may be missed, none is invented. A
 * count of changes has no room in the head's 16 bytes, and the lock costs readers in turns a third
 * of an access.
 */
static inline bool granule_known(const struct hb_task *task, const struct granule *granule,
                                 uint32_t bytes, enum hb_kind kind)
{
    uint64_t differs = RECORD_EPOCH_MASK | record_forbidden(kind), left = bytes;
    uint64_t head = atomic_load_explicit(&granule->word, memory_order_acquire);
    uint32_t links[KNOWN_DEPTH + 1], count = 0;
    if (kind == HB_FREE)
        return false;
    if (((head ^ task->word) & differs) == 0)
        left &= head;
    else if (((head ^ task->word) & RECORD_EPOCH_MASK) && record_slot(head) == task->slot)
        return false;             /* of an earlier epoch: a later record would be in front of it */
    bool whole = kind != HB_READ; /* sync objects are to hear of it */
    uint32_t index = links[0] = __atomic_load_n(&granule->next, __ATOMIC_RELAXED);
    while ((left || whole) && index && count < KNOWN_DEPTH) {
        const struct record *record = record_at(&task->hb->shadow, index);
        uint64_t word = __atomic_load_n(&record->word, __ATOMIC_RELAXED);
        if (((word ^ task->word) & differs) == 0)
            left &= word;
        else if ((word & RECORD_SYNC) && whole)
            return false;
        index = links[++count] = __atomic_load_n(&record->next, __ATOMIC_RELAXED);
    }
    if (left || (whole && index))
        return false;
    atomic_thread_fence(memory_order_acquire);
    bool same = head == atomic_load_explicit(&granule->word, memory_order_relaxed) &&
                links[0] == __atomic_load_n(&granule->next, __ATOMIC_RELAXED);
    for (uint32_t i = 1; same && i < count + whole; i++)
        same = links[i] ==
               __atomic_load_n(&record_at(&task->hb->shadow, links[i - 1])->next, __ATOMIC_RELAXED);
    return same;
}

/* Two heads as a vector: word, place and link (the upper half) of each. */
typedef uint64_t heads_vector __attribute__((vector_size(32), may_alias, aligned(16)));
static_assert(offsetof(struct granule, ctx) == 8 && offsetof(struct granule, next) == 12,
              "heads are such vectors");

/*
 * How many of `count` heads, up to the first other one, have what `own` has where `differs` is set,
 * and no bit of `links`; of a few of the last ones nobody asks. What differs in any of eight is in
 * their union and not in their intersection, or the other way round: two instructions for two
 * heads.
 */
static inline __attribute__((always_inline)) size_t heads_alike_by(const struct granule *granules,
                                                                   size_t count, uint64_t own,
                                                                   uint64_t differs, uint64_t links)
{
    const heads_vector wanted = {own, 0, own, 0}, asked = {differs, links, differs, links};
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const heads_vector *two = (const void *)(granules + i);
        heads_vector any = two[0] | two[1] | two[2] | two[3];
        heads_vector all = two[0] & two[1] & two[2] & two[3];
        heads_vector other = ((any ^ wanted) | (all ^ wanted)) & asked;
        if (other[0] | other[1] | other[2] | other[3])
            break;
    }
    for (; i + 2 <= count; i += 2) {
        heads_vector other = (*(const heads_vector *)(const void *)(granules + i) ^ wanted) & asked;
        if (other[0] | other[1] | other[2] | other[3])
            break;
    }
    return i;
}

static HB_APART __attribute__((target("avx2"))) size_t
heads_alike_avx2(const struct granule *granules, size_t count, uint64_t own, uint64_t differs,
                 uint64_t links)
{
    return heads_alike_by(granules, count, own, differs, links);
}

static inline size_t heads_alike(const struct hb_task *task, const struct granule *granules,
                                 size_t count, uint64_t differs, uint64_t links)
{
    if (count < 2)
        return 0;
    if (task->hb->clocks.avx2)
        return heads_alike_avx2(granules, count, task->word, differs, links);
    return heads_alike_by(granules, count, task->word, differs, links);
}

/* The first address from `at` on of whose granule the access is to be recorded; most heads of a
 * range are alike. */
static inline uintptr_t range_known(const struct hb_task *task, uintptr_t at, uintptr_t end,
                                    enum hb_kind kind)
{
    if (kind == HB_FREE || at % GRANULE_BYTES)
        return at;
    /* sync objects are to hear of writes */
    uint64_t links = kind == HB_READ ? 0 : ~(uint64_t)UINT32_MAX;
    uint64_t differs = RECORD_EPOCH_MASK | RECORD_BYTES_MASK | record_forbidden(kind);
    for (uintptr_t next; end - at >= GRANULE_BYTES; at = next) {
        const struct granule *granule = shadow_find(&task->hb->shadow, at);
        uintptr_t chunk_end = (at | (SHADOW_CHUNK_BYTES - 1)) + 1;
        next = (chunk_end < end ? chunk_end : end) & ~(uintptr_t)(GRANULE_BYTES - 1);
        size_t count = (next - at) / GRANULE_BYTES;
        size_t known = granule ? heads_alike(task, granule, count, differs, links) : 0;
        if (known < count)
            return at + known * GRANULE_BYTES;
    }
    return at;
}

#endif
