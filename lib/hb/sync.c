/*
 * sync: objects that carry clocks between tasks, found by address (RULES P2, P3, P5–P7).
 *
 * An object is an element of its granule's list, so it is found and locked together with the
 * memory it lives in, and dies with it (P16).
 */
#include "hb/engine.h"

HB_SLOW struct sync *sync_add(struct hb_task *task, struct granule *granule, uint64_t word)
{
    struct hb *hb = task->hb;
    uint32_t index = arena_alloc(&hb->syncs);
    *sync_at(hb, index) = (struct sync){.kind = SYNC_EDGE};
    uint32_t element = record_alloc(task);
    *(struct record *)arena_at(&hb->shadow.records, element) =
        (struct record){.word = word, .ctx = index, .next = granule->next};
    granule->next = element;
    return sync_at(hb, index);
}

static struct sync *sync_in_granule(struct hb_task *task, struct granule *granule, uint64_t wanted,
                                    bool find_only)
{
    struct hb *hb = task->hb;
    for (uint32_t i = granule->next; i;) {
        struct record *record = record_at(&hb->shadow, i);
        if (record->word == wanted)
            return sync_at(hb, record->ctx);
        i = record->next;
    }
    return find_only ? NULL : sync_add(task, granule, wanted);
}

static uint64_t sync_word(uintptr_t addr)
{
    return RECORD_SYNC | (addr & (GRANULE_BYTES - 1));
}

void sync_open(struct hb_task *task, uintptr_t addr, struct sync_ref *ret_ref, bool find_only)
{
    ret_ref->word = granule_open(&task->hb->shadow, addr, &ret_ref->granule);
    ret_ref->sync = sync_in_granule(task, ret_ref->granule, sync_word(addr), find_only);
}

static void sync_empty(struct hb_task *task, struct sync *sync)
{
    snapshot_clear(task_pool(task), &sync->released);
    snapshot_clear(task_pool(task), &sync->second);
    units_clear(task, sync);
}

HB_SLOW void sync_become_other(struct hb_task *task, struct sync *sync, enum sync_kind kind)
{
    sync_empty(task, sync);
    *sync = (struct sync){.kind = (uint8_t)kind};
}

void sync_free(struct hb_task *task, uint32_t index)
{
    sync_empty(task, sync_at(task->hb, index));
    arena_free(&task->hb->syncs, index);
}

enum hb_object object_of(const struct sync *sync)
{
    static const enum hb_object objects[] = {[SYNC_BARRIER] = HB_OBJECT_BARRIER,
                                             [SYNC_SEM] = HB_OBJECT_SEM,
                                             [SYNC_COND] = HB_OBJECT_COND};
    static const enum hb_object locks[] = {[HB_MUTEX] = HB_OBJECT_MUTEX,
                                           [HB_SPINLOCK] = HB_OBJECT_SPINLOCK,
                                           [HB_RWLOCK] = HB_OBJECT_RWLOCK,
                                           [HB_GO_MUTEX] = HB_OBJECT_MUTEX,
                                           [HB_GO_RWMUTEX] = HB_OBJECT_RWLOCK};
    if (sync->kind == SYNC_FREED)
        return (enum hb_object)sync->lock_kind;
    return sync->kind == SYNC_LOCK ? locks[sync->lock_kind] : objects[sync->kind];
}

/* Its memory is freed. */
static void sync_die(struct hb_task *task, struct sync *sync)
{
    bool known = sync->kind != SYNC_GRAVE && sync->kind != SYNC_FREED;
    struct sync left = {.kind = known ? SYNC_FREED : SYNC_EDGE};
    if (known) {
        left.lock_kind = (uint8_t)object_of(sync);
        left.created = sync->created;
    }
    sync_empty(task, sync);
    *sync = left;
}

void sync_plain_write(struct hb_task *task, uint64_t word, uint32_t index, uint32_t bytes,
                      bool freed)
{
    struct sync *sync = sync_at(task->hb, index);
    if (word & RECORD_NOTE || !(bytes >> (word & (GRANULE_BYTES - 1)) & 1))
        return;
    if (freed && (sync->kind == SYNC_EDGE || sync->kind == SYNC_BARRIER))
        return;
    if (sync->kind == SYNC_LOCK && sync->owner == task->number)
        lockset_pop(task, sync->lock);
    if (freed) {
        sync_die(task, sync);
        return;
    }
    if (sync->kind == SYNC_GRAVE || sync->kind == SYNC_COND || sync->kind == SYNC_FREED)
        sync_become(task, sync, SYNC_EDGE);
    if (sync->kind == SYNC_EDGE || sync->kind == SYNC_LOCK) {
        sync_empty(task, sync);
        *sync = (struct sync){.kind = sync->kind, .lock_kind = sync->lock_kind};
    }
}

/* Takes the object out of its granule. */
static void sync_remove(struct hb_task *task, uintptr_t addr)
{
    struct arena *records = &task->hb->shadow.records;
    struct granule *granule = shadow_find(&task->hb->shadow, addr);
    if (!granule)
        return;
    uint64_t word = granule_lock(granule);
    uint32_t *link = &granule->next;
    while (*link) {
        uint32_t index = *link;
        struct record *record = arena_at(records, index);
        if (record->word == sync_word(addr)) {
            sync_free(task, record->ctx);
            *link = record->next;
            record_free(task, index);
            break;
        }
        link = &record->next;
    }
    granule_unlock(granule, word);
}

void sync_use(struct hb_task *task, uintptr_t addr, enum sync_kind kind, struct sync_ref *ret_ref)
{
    sync_open(task, addr, ret_ref, false);
    struct sync *sync = ret_ref->sync;
    ret_ref->grave = ret_ref->grave_task = 0;
    ret_ref->fresh = sync->kind != kind;
    if (__builtin_expect(!ret_ref->fresh, 1))
        return;
    if (sync->kind == SYNC_GRAVE) {
        ret_ref->grave_task = sync->last_task;
        ret_ref->grave = sync->last;
    }
    uint32_t created = sync->kind == SYNC_FREED ? sync->created : 0;
    sync_become(task, sync, kind);
    sync->created = created;
}

void sync_close_used(struct hb_task *task, uintptr_t addr, uintptr_t pc, struct sync_ref *ref)
{
    const struct hb_callbacks *callbacks = &task->hb->callbacks;
    if (__builtin_expect(!ref->fresh, 1)) {
        sync_close(ref);
        return;
    }
    struct hb_grave grave = {addr, object_of(ref->sync), ref->grave_task, {ref->grave}};
    sync_close(ref);
    if (!hb_check_freed(task, addr, pc) && grave.ctx.id && callbacks->destroyed)
        callbacks->destroyed(callbacks->arg, task, &grave, pc);
}

void sync_create(struct hb_task *task, uintptr_t addr, enum sync_kind kind, uintptr_t pc,
                 struct sync_ref *ret_ref)
{
    hb_check_freed(task, addr, pc);
    uint32_t created = context_here(task, pc);
    sync_open(task, addr, ret_ref, false);
    sync_empty(task, ret_ref->sync);
    *ret_ref->sync = (struct sync){.kind = (uint8_t)kind, .created = created};
}

void sync_bury(struct hb_task *task, uintptr_t addr, uintptr_t pc)
{
    struct sync_ref ref;
    sync_create(task, addr, SYNC_GRAVE, pc, &ref);
    ref.sync->last_task = task->number;
    ref.sync->last = ref.sync->created;
    sync_close(&ref);
}

void hb_sync_forget(struct hb_task *task, uintptr_t addr)
{
    sync_remove(task, addr);
}

/* ---- mutexes, spinlocks, rwlocks (P2, P3) ---- */

void hb_lock_create(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind, uintptr_t pc)
{
    struct sync_ref ref;
    sync_create(task, lock, SYNC_LOCK, pc, &ref);
    ref.sync->lock_kind = (uint8_t)kind;
    sync_close(&ref);
}

void hb_lock_destroy(struct hb_task *task, uintptr_t lock, uintptr_t pc)
{
    sync_bury(task, lock, pc);
}

uint32_t lock_life(struct hb *hb)
{
    return 1 + atomic_fetch_add_explicit(&hb->lockorder.lives, 1, memory_order_relaxed);
}

void lock_name(struct hb *hb, struct sync *sync, uintptr_t addr)
{
    if (sync->lock)
        return;
    sync->life = lock_life(hb);
    struct intern_key key = {addr, (uint64_t)sync->created << 8 | sync->lock_kind};
    sync->lock = intern_number(&hb->locks, key);
}

HB_WHOLE void hb_lock_acquire(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind,
                              unsigned how, uintptr_t pc)
{
    bool shared = how & HB_LOCK_SHARED;
    struct sync_ref ref;
    uint32_t here = context_place(task, pc);
    sync_use(task, lock, SYNC_LOCK, &ref);
    struct sync *sync = ref.sync;
    sync->lock_kind = (uint8_t)kind;
    if (__builtin_expect(sync->lock == 0, 0))
        lock_name(task->hb, sync, lock);
    struct held_lock held = {sync->lock, sync->life, here, shared};
    bool again = !shared && sync->owner == task->number;
    if (again) {
        sync->levels++;
    } else {
        bool orders = locks_order(task->hb);
        if (orders)
            snapshot_acquire(task, &sync->released);
        sync->last_task = task->number;
        sync->last = here;
        if (shared) {
            sync->count++;
        } else {
            if (orders)
                snapshot_acquire(task, &sync->second);
            sync->owner = task->number;
            sync->levels = 1;
        }
    }
    sync_close_used(task, lock, pc, &ref);
    if (again)
        return;
    lockset_push(task, held);
    if (task->held_count > 1 && !(how & HB_LOCK_TRIED))
        order_note(task);
}

void lock_release_owner(struct hb_task *task, struct sync *sync)
{
    if (locks_order(task->hb)) {
        snapshot_assign_lock(task, &sync->released);
        snapshot_clear(task_pool(task), &sync->second); /* the owner knew the readers */
    }
    sync->owner = 0;
    sync->levels = 0;
}

void lock_release_reader(struct hb_task *task, struct sync *sync)
{
    if (locks_order(task->hb))
        snapshot_merge_lock(task, &sync->second);
    sync->count -= sync->count > 0;
}

HB_WHOLE bool hb_lock_release(struct hb_task *task, uintptr_t lock)
{
    struct sync_ref ref;
    sync_open(task, lock, &ref, false);
    struct sync *sync = ref.sync;
    uint32_t number = sync->lock;
    bool held = true, last = true;
    if (sync->kind != SYNC_LOCK) {
        held = last = false;
    } else if (sync->owner == task->number) {
        last = --sync->levels == 0;
        if (last) {
            lock_release_owner(task, sync);
            lockset_pop(task, number);
        }
    } else if (sync->lock_kind == HB_RWLOCK && lockset_pop(task, number)) {
        lock_release_reader(task, sync);
    } else {
        held = last = false;
    }
    sync_close(&ref);
    if (last && locks_order(task->hb))
        task_advance(task);
    return held;
}

void hb_lock_release_foreign(struct hb_task *task, uintptr_t lock)
{
    struct sync_ref ref;
    sync_open(task, lock, &ref, false);
    sync_become(task, ref.sync, SYNC_LOCK);
    if (ref.sync->lock_kind == HB_RWLOCK && !ref.sync->owner)
        lock_release_reader(task, ref.sync);
    else
        snapshot_merge_lock(task, &ref.sync->released);
    ref.sync->owner = 0;
    sync_close(&ref);
    task_advance(task);
}

uint32_t hb_lock_release_all(struct hb_task *task, uintptr_t lock)
{
    struct sync_ref ref;
    sync_open(task, lock, &ref, false);
    uint32_t levels = 1;
    if (ref.sync->kind == SYNC_LOCK && ref.sync->owner == task->number) {
        levels = ref.sync->levels;
        ref.sync->levels = 1;
    }
    sync_close(&ref);
    return hb_lock_release(task, lock) ? levels : 0;
}

void hb_lock_reacquire(struct hb_task *task, uintptr_t lock, uint32_t levels, uintptr_t pc)
{
    hb_lock_acquire(task, lock, HB_MUTEX, false, pc);
    struct sync_ref ref;
    sync_open(task, lock, &ref, false);
    if (ref.sync->owner == task->number)
        ref.sync->levels = levels;
    sync_close(&ref);
}

void hb_lock_acquire_dead(struct hb_task *task, uintptr_t lock, uintptr_t pc)
{
    struct sync_ref ref;
    sync_open(task, lock, &ref, false);
    ref.sync->owner = 0; /* its end released the lock, see locks_abandon */
    sync_close(&ref);
    hb_lock_acquire(task, lock, HB_MUTEX, false, pc);
}

void locks_abandon(struct hb_task *task)
{
    for (uint32_t i = 0; i < task->held_count; i++) {
        if (task->held[i].shared)
            continue;
        struct lock_facts facts = lock_facts(&task->hb->locks, task->held[i].lock);
        if (facts.kind >= HB_GO_MUTEX) /* somebody else may unlock it: the end orders nothing */
            continue;
        struct sync_ref ref;
        sync_open(task, facts.addr, &ref, true);
        if (ref.sync && ref.sync->kind == SYNC_LOCK && ref.sync->owner == task->number) {
            lock_release_owner(task, ref.sync);
            task->front.acted = true;
        }
        sync_close(&ref);
    }
}

/* ---- plain edges at an address ---- */

HB_WHOLE void hb_release(struct hb_task *task, uintptr_t addr)
{
    struct sync_ref ref;
    sync_open(task, addr, &ref, false);
    sync_become(task, ref.sync, SYNC_EDGE);
    snapshot_merge(task, &ref.sync->released);
    sync_close(&ref);
    task_advance(task);
}

HB_WHOLE void hb_release_store(struct hb_task *task, uintptr_t addr)
{
    struct sync_ref ref;
    sync_open(task, addr, &ref, false);
    sync_become(task, ref.sync, SYNC_EDGE);
    task_settle(task);
    snapshot_assign(task, &ref.sync->released);
    sync_close(&ref);
    task_advance(task);
}

HB_WHOLE void hb_acquire(struct hb_task *task, uintptr_t addr)
{
    struct sync_ref ref;
    sync_open(task, addr, &ref, true);
    if (ref.sync)
        snapshot_acquire(task, &ref.sync->released);
    sync_close(&ref);
}

/* ---- what programs annotate: apart from what is done at the address ---- */

/* Atomics in the same granule are to look for it. */
HB_WHOLE void hb_note_release(struct hb_task *task, uintptr_t addr)
{
    struct granule *granule;
    uint64_t word = granule_open(&task->hb->shadow, addr, &granule);
    struct sync *note = sync_in_granule(task, granule, sync_word(addr) | RECORD_NOTE, false);
    atomic_store_explicit(&task->hb->atomics_mixed, true, memory_order_relaxed);
    snapshot_merge(task, &note->released);
    granule_unlock(granule, word);
    task_advance(task);
}

HB_WHOLE void hb_note_acquire(struct hb_task *task, uintptr_t addr)
{
    struct granule *granule;
    uint64_t word = granule_open(&task->hb->shadow, addr, &granule);
    for (int i = 0; i < 2; i++) {
        struct sync *sync =
            sync_in_granule(task, granule, sync_word(addr) | (i ? RECORD_NOTE : 0), true);
        if (sync)
            snapshot_acquire(task, &sync->released);
    }
    granule_unlock(granule, word);
}

/* ---- lists of clocks: semaphores (P6), barriers (P5) ---- */

static struct unit *unit_at(struct hb *hb, uint32_t index)
{
    return arena_at(&hb->units, index);
}

struct unit *unit_append(struct hb_task *task, struct sync *sync)
{
    uint32_t index = arena_alloc(&task->hb->units);
    *unit_at(task->hb, index) = (struct unit){.count = 0};
    if (sync->unit_last)
        unit_at(task->hb, sync->unit_last)->next = index;
    else
        sync->unit_first = index;
    sync->unit_last = index;
    return unit_at(task->hb, index);
}

/* Removes the unit behind `before` (0: the first). */
static void unit_remove(struct hb_task *task, struct sync *sync, uint32_t before)
{
    struct hb *hb = task->hb;
    uint32_t *link = before ? &unit_at(hb, before)->next : &sync->unit_first;
    uint32_t index = *link;
    *link = unit_at(hb, index)->next;
    if (sync->unit_last == index)
        sync->unit_last = before;
    snapshot_clear(task_pool(task), &unit_at(hb, index)->carried);
    arena_free(&hb->units, index);
}

void units_clear(struct hb_task *task, struct sync *sync)
{
    while (sync->unit_first)
        unit_remove(task, sync, 0);
}

void units_drop_first(struct hb_task *task, struct sync *sync)
{
    unit_remove(task, sync, 0);
}

void hb_sem_create(struct hb_task *task, uintptr_t sem, uint32_t units, uintptr_t pc)
{
    struct sync_ref ref;
    sync_create(task, sem, SYNC_SEM, pc, &ref);
    if (units) {
        struct unit *unit = unit_append(task, ref.sync);
        unit->count = units;
        snapshot_assign(task, &unit->carried);
    }
    sync_close(&ref);
    task_advance(task);
}

void hb_sem_destroy(struct hb_task *task, uintptr_t sem, uintptr_t pc)
{
    sync_bury(task, sem, pc);
}

void hb_sem_post(struct hb_task *task, uintptr_t sem, uintptr_t pc)
{
    struct sync_ref ref;
    sync_use(task, sem, SYNC_SEM, &ref);
    struct unit *unit = unit_append(task, ref.sync);
    unit->count = 1;
    snapshot_assign(task, &unit->carried);
    sync_close_used(task, sem, pc, &ref);
    task_advance(task);
}

void hb_sem_wait(struct hb_task *task, uintptr_t sem, uintptr_t pc)
{
    struct sync_ref ref;
    sync_use(task, sem, SYNC_SEM, &ref);
    if (ref.sync->unit_first) {
        struct unit *unit = unit_at(task->hb, ref.sync->unit_first);
        snapshot_acquire(task, &unit->carried);
        if (--unit->count == 0)
            unit_remove(task, ref.sync, 0);
    }
    sync_close_used(task, sem, pc, &ref);
}

void hb_barrier_create(struct hb_task *task, uintptr_t barrier, uint32_t count, uintptr_t pc)
{
    struct sync_ref ref;
    sync_create(task, barrier, SYNC_BARRIER, pc, &ref);
    ref.sync->count = count;
    sync_close(&ref);
}

void hb_barrier_destroy(struct hb_task *task, uintptr_t barrier, uintptr_t pc)
{
    sync_bury(task, barrier, pc);
}

uint32_t hb_barrier_arrive(struct hb_task *task, uintptr_t barrier, uintptr_t pc)
{
    struct sync_ref ref;
    uint32_t here = context_place(task, pc);
    sync_use(task, barrier, SYNC_BARRIER, &ref);
    struct sync *sync = ref.sync;
    sync->last_task = task->number;
    sync->last = here;
    struct unit *phase =
        sync->arrived ? unit_at(task->hb, sync->unit_last) : unit_append(task, sync);
    uint32_t number = phase->phase = sync->phase;
    phase->count++;
    snapshot_merge(task, &phase->carried);
    if (++sync->arrived >= sync->count && sync->count) {
        sync->arrived = 0;
        sync->phase++;
    }
    bool fresh = ref.fresh;
    sync_close_used(task, barrier, pc, &ref);
    if (!fresh) /* those who leave may need what it was when it was freed */
        hb_check_freed(task, barrier, pc);
    task_advance(task);
    return number;
}

/*
 * With more users than the barrier's count, we may have seen arrivals in another order than the
 * barrier did. That shows when a task leaves a phase that by our count is not complete: then it
 * takes all phases still open, which loses precision but invents no race.
 */
void hb_barrier_depart(struct hb_task *task, uintptr_t barrier, uint32_t phase)
{
    struct sync_ref ref;
    sync_open(task, barrier, &ref, false);
    struct sync *sync = ref.sync;
    bool all = phase == sync->phase;
    for (uint32_t i = sync->unit_first, before = 0; i && sync->kind == SYNC_BARRIER;) {
        struct unit *unit = unit_at(task->hb, i);
        uint32_t next = unit->next;
        if (unit->phase == phase || all)
            snapshot_acquire(task, &unit->carried);
        if (unit->phase == phase && --unit->count == 0 && phase != sync->phase)
            unit_remove(task, sync, before);
        else
            before = i;
        i = next;
    }
    sync_close(&ref);
}

/* ---- edges without an address (P10, P11) ---- */

struct hb_edge *hb_edge_create(struct hb *hb)
{
    uint32_t index = arena_alloc(&hb->edges);
    struct hb_edge *edge = arena_at(&hb->edges, index);
    *edge = (struct hb_edge){.index = index};
    return edge;
}

void hb_edge_clear(struct hb *hb, struct hb_edge *edge)
{
    spin_lock(&edge->lock);
    snapshot_clear(&hb->no_cache.clocks, &edge->released);
    spin_unlock(&edge->lock);
}

void hb_edge_destroy(struct hb *hb, struct hb_edge *edge)
{
    hb_edge_clear(hb, edge);
    arena_free(&hb->edges, edge->index);
}

void hb_edge_release(struct hb_task *task, struct hb_edge *edge)
{
    spin_lock(&edge->lock);
    snapshot_merge(task, &edge->released);
    spin_unlock(&edge->lock);
    task_advance(task);
}

void hb_edge_acquire(struct hb_task *task, struct hb_edge *edge)
{
    spin_lock(&edge->lock);
    snapshot_acquire(task, &edge->released);
    spin_unlock(&edge->lock);
}
