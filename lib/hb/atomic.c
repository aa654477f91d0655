/*
 * atomic: C11 and C++11 atomics and fences (RULES P8, P9).
 *
 * A location's object keeps `released`, what a load that reads the current value acquires: the
 * union over all release sequences that the value belongs to. A store ends the sequences of other
 * tasks but, being relaxed, continues those of its own task; so we also know, by task, the part of
 * `released` that it heads:
 *   - `second`: the last store (release, or after a release fence), by head_task;
 *   - all of `released`, if the last releasing read-modify-write, by rmw_task, had acquired it;
 *   - the list of units: earlier read-modify-writes since the last store, by other tasks.
 * The list is short by nature; beyond HEADS_MAX it is cut, and then a relaxed store by a task that
 * is not in it continues everything (a race may be missed, none is invented).
 *
 * A location is known by its address; operations of another size at it are the same location's.
 * One at another address that shares bytes with it (the half of a word, a byte of a flag) may read
 * what it stored: so reading also takes part in what all that share bytes with it have released.
 * Not so across granules (16 bytes).
 *
 * Order within an operation: acquire, check and stamp the access, release. Synchronisation with
 * the store that is read from happens before the operation itself.
 */
#include "hb/engine.h"

static bool order_acquires(enum hb_order order)
{
    return order == HB_ACQUIRE || order == HB_CONSUME || order == HB_ACQ_REL || order == HB_SEQ_CST;
}

static bool order_releases(enum hb_order order)
{
    return order == HB_RELEASE || order == HB_ACQ_REL || order == HB_SEQ_CST;
}

void hb_atomic_begin(struct hb_task *task, struct hb_atomic *op, uintptr_t addr, size_t size)
{
    struct granule *granule;
    uint64_t word = granule_open(&task->hb->shadow, addr, &granule);
    *op = (struct hb_atomic){task, addr, size, granule, word};
}

static void location_acquire(struct hb_task *task, const struct sync *sync, enum hb_order order)
{
    if (!sync)
        return;
    task_learn_must(task, sync->released.must);
    if (!sync->released.present)
        return;
    if (order_acquires(order)) {
        snapshot_acquire(task, &sync->released);
        return;
    }
    if (!snapshot_known(task, &sync->released)) /* for the next acquire fence */
        snapshot_join(task_pool(task), &task->loads_seen, &sync->released);
}

/* ---- locations that share bytes ---- */

static bool shares_bytes(struct hb *hb, const struct record *element, uint32_t bytes)
{
    if (element->word == RECORD_CROWD || !(element->word & RECORD_SYNC))
        return false;
    if (element->word & RECORD_NOTE)
        return bytes >> (element->word & (GRANULE_BYTES - 1)) & 1;
    const struct sync *sync = sync_at(hb, element->ctx);
    return sync->kind == SYNC_EDGE && (sync->bytes & bytes);
}

static HB_SLOW void others_acquire(struct hb_task *task, const struct granule *granule,
                                   const struct sync *own, uint32_t bytes, enum hb_order order)
{
    struct hb *hb = task->hb;
    for (uint32_t i = granule->next; i;) {
        const struct record *element = arena_at(&hb->shadow.records, i);
        if (shares_bytes(hb, element, bytes) && sync_at(hb, element->ctx) != own)
            location_acquire(task, sync_at(hb, element->ctx), order);
        i = element->next;
    }
}

/* The object has these bytes, too, from now on. */
static HB_SLOW void location_grow(struct hb_task *task, const struct granule *granule,
                                  struct sync *sync, uint32_t bytes)
{
    struct hb *hb = task->hb;
    sync->bytes |= (uint8_t)bytes;
    for (uint32_t i = granule->next; i;) {
        const struct record *element = arena_at(&hb->shadow.records, i);
        if (shares_bytes(hb, element, bytes) && sync_at(hb, element->ctx) != sync)
            atomic_store_explicit(&hb->atomics_mixed, true, memory_order_relaxed);
        i = element->next;
    }
}

/* The object of the location, made if need be and wanted. *ret_others: there may be others that
 * share bytes with it. */
static inline struct sync *location_find(const struct hb_atomic *op, uint32_t bytes, bool make,
                                         bool *ret_others)
{
    struct hb_task *task = op->task;
    struct granule *granule = op->granule;
    uint64_t wanted = RECORD_SYNC | (op->addr & (GRANULE_BYTES - 1));
    struct sync *sync = NULL;
    bool others = false;
    for (uint32_t i = granule->next; i;) {
        const struct record *record = arena_at(&task->hb->shadow.records, i);
        if (record->word == wanted) {
            sync = sync_at(task->hb, record->ctx);
            others = atomic_load_explicit(&task->hb->atomics_mixed, memory_order_relaxed);
            break;
        }
        others |= (record->word & RECORD_SYNC) != 0;
        i = record->next;
    }
    *ret_others = others;
    if (!sync && make)
        sync = sync_add(task, granule, wanted);
    if (sync) {
        sync_become(task, sync, SYNC_EDGE);
        if (__builtin_expect(bytes & ~(uint32_t)sync->bytes, 0))
            location_grow(task, granule, sync, bytes);
    }
    return sync;
}

/* ---- release sequences ---- */

#define HEADS_MAX 8u

static struct unit *head_find(struct hb_task *task, struct sync *sync, uint32_t number)
{
    for (uint32_t i = sync->unit_first; i;) {
        struct unit *unit = arena_at(&task->hb->units, i);
        if (unit->phase == number)
            return unit;
        i = unit->next;
    }
    return NULL;
}

static struct unit *head_open(struct hb_task *task, struct sync *sync, uint32_t number)
{
    struct unit *unit = head_find(task, sync, number);
    if (unit)
        return unit;
    if (sync->count == HEADS_MAX) {
        units_drop_first(task, sync);
        sync->heads_cut = true;
    } else {
        sync->count++;
    }
    unit = unit_append(task, sync);
    unit->phase = number;
    return unit;
}

static void heads_clear(struct hb_task *task, struct sync *sync)
{
    units_clear(task, sync);
    sync->count = 0;
    sync->heads_cut = false;
    sync->rmw_task = 0;
}

/* What the sequences headed by the task itself carry, or NULL. */
static const struct snapshot *head_own(struct hb_task *task, struct sync *sync)
{
    if (task->hb->config.release_sequence_cxx20)
        return NULL;
    if (sync->rmw_task == task->number)
        return &sync->released;
    const struct unit *unit = head_find(task, sync, task->number);
    if (unit)
        return &unit->carried;
    if (sync->head_task == task->number)
        return &sync->second;
    return sync->heads_cut ? &sync->released : NULL;
}

/* A store heads a new release sequence or continues its own task's; it ends the others. */
static void location_store(struct hb_task *task, struct sync *sync, enum hb_order order)
{
    if (order_releases(order)) {
        snapshot_assign(task, &sync->second);
    } else {
        const struct snapshot *own = head_own(task, sync);
        if (!own)
            snapshot_clear(task_pool(task), &sync->second);
        else if (own != &sync->second)
            snapshot_copy(task_pool(task), &sync->second, own);
        snapshot_join(task_pool(task), &sync->second, &task->fence_release);
    }
    heads_clear(task, sync);
    snapshot_copy(task_pool(task), &sync->released, &sync->second);
    sync->head_task = task->number;
}

/* `released` is about to change: what it is for rmw_task moves to the list. */
static void rmw_task_keep(struct hb_task *task, struct sync *sync)
{
    if (sync->rmw_task == 0 || sync->rmw_task == task->number)
        return;
    struct unit *unit = head_open(task, sync, sync->rmw_task);
    snapshot_copy(task_pool(task), &unit->carried, &sync->released);
    sync->rmw_task = 0;
}

/* A read-modify-write continues all sequences and may head its own. */
static void location_rmw(struct hb_task *task, struct sync *sync, enum hb_order order)
{
    if (order_releases(order)) {
        rmw_task_keep(task, sync);
        snapshot_merge(task, &sync->released);
        if (sync->released.single) {
            sync->rmw_task = task->number;
        } else { /* did not acquire: its own part is less than all */
            sync->rmw_task = 0;
            snapshot_assign(task, &head_open(task, sync, task->number)->carried);
        }
    } else if (task->fence_release.present) {
        rmw_task_keep(task, sync);
        const struct snapshot *own = head_own(task, sync);
        struct unit *unit = head_open(task, sync, task->number);
        if (own && own != &unit->carried)
            snapshot_join(task_pool(task), &unit->carried, own);
        snapshot_join(task_pool(task), &unit->carried, &task->fence_release);
        snapshot_join(task_pool(task), &sync->released, &task->fence_release);
        sync->rmw_task = 0;
    }
}

/* Who reads the value comes after whoever wrote it, relaxed too: that is no happens-before, but the
 * two were in no deadlock with each other (must.h). */
static void must_publish(struct hb_task *task, struct sync *sync)
{
    sync->released.must = must_join(&task->hb->must, sync->released.must, task_must(task));
}

/* If the task has learned all that there is, and its record is in front: one of this location
 * alone, since who looks for the location next to it sees the same head. */
static void location_settle(struct hb_atomic *op, const struct sync *sync, uint32_t bytes,
                            bool others, enum hb_order order)
{
    struct hb_task *task = op->task;
    bool learned =
        order_acquires(order) || (!others && (!sync || snapshot_known(task, &sync->released)));
    if (learned && ((op->word ^ task->word) & RECORD_EPOCH_MASK) == 0 &&
        record_bytes(op->word) == bytes)
        op->word |= RECORD_SETTLED;
}

/* ---- records of locations that tasks use in turns ---- */

#define TURNS_DEPTH 6u /* elements of a list that are looked at */

/* An object: atomics leave it as it is. */
static inline bool element_is_object(uint64_t word)
{
    return (word & RECORD_CROWD) == RECORD_SYNC;
}

/* Reads that raced are put behind all (access.c), so an own write of an earlier epoch has not met
 * them. True: those in the list are ordered before the task's access. */
static inline bool reads_are_met(const struct hb_task *task, uint32_t index)
{
    for (uint32_t depth = 0; index && depth < TURNS_DEPTH; depth++) {
        const struct record *record = record_at(&task->hb->shadow, index);
        uint64_t word = record->word;
        if (!element_is_object(word) &&
            ((word & RECORD_FREED) || ((word & RECORD_KIND_MASK) == RECORD_NOT_WRITE &&
                                       !task_knows(task, record_slot(word), record_clock(word)))))
            return false;
        index = record->next;
    }
    return index == 0;
}

/* The task's own record that differs from `now` in its clock at most, if all before it are objects
 * or others' atomics. What is behind it, but for reads that raced, has been met by it, and those
 * before it cannot conflict. */
static inline struct record *turn_find(const struct hb_task *task, const struct granule *granule,
                                       uint64_t head, uint64_t now)
{
    uint64_t word = head;
    uint32_t index = granule->next;
    for (uint32_t depth = 0; index && depth < TURNS_DEPTH; depth++) {
        if (!element_is_object(word) && ((word & (RECORD_ATOMIC | RECORD_FREED)) != RECORD_ATOMIC ||
                                         record_slot(word) == task->slot))
            return NULL;
        struct record *record = record_at(&task->hb->shadow, index);
        word = record->word;
        if (((word ^ now) & ~RECORD_CLOCK_MASK) == 0)
            return record;
        index = record->next;
    }
    return NULL;
}

/* The list is objects and plain accesses that are ordered before the task's, which neither race
 * with an atomic one nor are taken over by it. */
static inline bool list_stays(const struct hb_task *task, uint32_t index)
{
    for (uint32_t depth = 0; index && depth < TURNS_DEPTH; depth++) {
        const struct record *record = record_at(&task->hb->shadow, index);
        uint64_t word = record->word;
        if (!element_is_object(word) && ((word & (RECORD_ATOMIC | RECORD_FREED)) ||
                                         !task_knows(task, record_slot(word), record_clock(word))))
            return false;
        index = record->next;
    }
    return index == 0;
}

/*
 * The head's word after an atomic access of the frequent kinds, 0 for any other, when nothing was
 * done: the head covers it; the task's own record, of that kind and those bytes, is the head or may
 * change places with it; or the head alone is taken over. Of records that change places some may be
 * ordered by now: they stay until an access meets the whole list.
 */
static inline uint64_t atomic_restamp(const struct hb_task *task, struct granule *granule,
                                      uint64_t head, uint32_t bytes, enum hb_kind kind,
                                      uint32_t ctx)
{
    uint64_t now = record_make(task->word, kind, bytes);
    if (((head ^ task->word) & (RECORD_EPOCH_MASK | record_forbidden(kind) | bytes)) == 0)
        return head;
    bool own = ((head ^ now) & ~RECORD_CLOCK_MASK) == 0;
    struct record *record = own ? NULL : turn_find(task, granule, head, now);
    if ((own || record) && kind == HB_ATOMIC_WRITE && !reads_are_met(task, granule->next))
        return 0;
    if (!own) {
        if (record) {
            __atomic_store_n(&record->word, head, __ATOMIC_RELAXED);
            record->ctx = granule->ctx;
        } else if ((head & RECORD_FREED) || (record_bytes(head) & ~bytes) ||
                   !kind_covers(kind, record_kind(head)) ||
                   !task_knows(task, record_slot(head), record_clock(head)) ||
                   !list_stays(task, granule->next)) {
            return 0;
        }
    }
    granule->ctx = ctx;
    return now;
}

/* The access itself, after the acquire; the first granule is locked and is unlocked here unless
 * `keep`. Bytes in a second granule (16-byte operations, unaligned ones) are stamped apart. */
static void atomic_stamp(struct hb_atomic *op, uint32_t bytes, enum hb_kind kind, uint32_t ctx,
                         struct race_list *races)
{
    if (op->task->cursor && op->task->cursor->ignore)
        return;
    task_acts(op->task);
    uint64_t word = atomic_restamp(op->task, op->granule, op->word, bytes, kind, ctx);
    if (__builtin_expect(word == 0, 0))
        word = granule_access(op->task, op->granule, op->word, bytes, kind, ctx, races);
    op->word = word;
}

static void atomic_finish(struct hb_atomic *op, enum hb_kind kind, uint32_t ctx, uintptr_t pc,
                          const struct race_list *races)
{
    granule_unlock(op->granule, op->word);
    if (races->count)
        races_report(op->task, races, op->addr & ~(uintptr_t)(GRANULE_BYTES - 1), op->addr,
                     op->size, kind, ctx);
    uint32_t first = GRANULE_BYTES - (uint32_t)(op->addr % GRANULE_BYTES);
    if (op->size > first)
        hb_access(op->task, op->addr + first, op->size - first, kind, pc);
}

/* Of the first granule. */
static uint32_t atomic_bytes(const struct hb_atomic *op)
{
    uint32_t offset = (uint32_t)(op->addr % GRANULE_BYTES);
    uint32_t size = (uint32_t)op->size;
    uint32_t first = size < GRANULE_BYTES - offset ? size : GRANULE_BYTES - offset;
    return ((1u << first) - 1) << offset;
}

HB_WHOLE static void atomic_apply(struct hb_atomic *op, enum hb_kind kind, bool reads,
                                  enum hb_order order, uintptr_t pc)
{
    struct hb_task *task = op->task;
    struct race_list races;
    races.count = races.bytes = 0; /* the rest need not be cleared */
    uint32_t ctx = context_here(task, pc);
    bool writes = kind == HB_ATOMIC_WRITE;
    bool publishes =
        writes && (order_releases(order) || task->fence_release.present || task_must(task) != 0);
    uint32_t bytes = atomic_bytes(op);
    bool others;
    struct sync *sync = location_find(op, bytes, publishes, &others);
    if (reads)
        location_acquire(task, sync, order);
    if (reads && __builtin_expect(others, 0))
        others_acquire(task, op->granule, sync, bytes, order);
    atomic_stamp(op, bytes, kind, ctx, &races);
    if (writes && sync) {
        if (reads)
            location_rmw(task, sync, order);
        else
            location_store(task, sync, order);
        must_publish(task, sync);
    }
    if (!publishes)
        location_settle(op, sync, bytes, others, reads ? order : HB_RELAXED);
    atomic_finish(op, kind, ctx, pc, &races);
    if (writes && order_releases(order))
        task_advance(task);
}

void hb_atomic_load(struct hb_atomic *op, enum hb_order order, uintptr_t pc)
{
    atomic_apply(op, HB_ATOMIC_READ, true, order, pc);
}

void hb_atomic_store(struct hb_atomic *op, enum hb_order order, uintptr_t pc)
{
    atomic_apply(op, HB_ATOMIC_WRITE, false, order, pc);
}

void hb_atomic_rmw(struct hb_atomic *op, enum hb_order order, uintptr_t pc)
{
    atomic_apply(op, HB_ATOMIC_WRITE, true, order, pc);
}

void hb_fence(struct hb_task *task, enum hb_order order)
{
    if (order_acquires(order)) {
        snapshot_acquire(task, &task->loads_seen);
        snapshot_clear(task_pool(task), &task->loads_seen);
    }
    if (order_releases(order)) {
        snapshot_assign(task, &task->fence_release);
        task_set_telling(task);
        task_advance(task);
    }
}
