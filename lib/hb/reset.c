/*
 * reset: memory begins a new life (RULES P12, P16). Its records are dropped, its sync objects die.
 *
 * Only the blocks that remember something are walked; the shadow of large ranges (mappings) is then
 * given back.
 */
#include "hb/engine.h"

#define DISCARD_FROM (UINT64_C(256) << 10)

/* Drops the elements behind the head. */
static void list_drop(struct hb_task *task, struct granule *granule)
{
    struct arena *records = &task->hb->shadow.records;
    while (granule->next) {
        uint32_t index = granule->next;
        struct record *record = arena_at(records, index);
        granule->next = record->next;
        element_free(task, record);
        record_free(task, index);
    }
}

/* Drops the elements that are no sync objects. */
static void list_forget(struct hb_task *task, struct granule *granule)
{
    struct arena *records = &task->hb->shadow.records;
    uint32_t *link = &granule->next;
    while (*link) {
        uint32_t index = *link;
        struct record *record = arena_at(records, index);
        if ((record->word & RECORD_SYNC) && record->word != RECORD_CROWD) {
            link = &record->next;
            continue;
        }
        element_free(task, record);
        *link = record->next;
        record_free(task, index);
    }
}

/* Forgets all of a granule. */
static void granule_reset(struct hb_task *task, struct granule *granule)
{
    if (atomic_load_explicit(&granule->word, memory_order_relaxed) == 0 && granule->next == 0)
        return;
    granule_lock(granule);
    list_drop(task, granule);
    granule->ctx = 0;
    granule_unlock(granule, 0);
}

/* False: nothing of the element is left. */
static bool element_forget(struct hb_task *task, struct record *record, uint32_t bytes)
{
    if (record->word == RECORD_CROWD)
        return crowd_forget(task->hb, record->ctx, bytes);
    if (record->word & RECORD_SYNC)
        return !(bytes >> (record->word & (GRANULE_BYTES - 1)) & 1);
    record->word |= bytes;
    return record_bytes(record->word) != 0;
}

/* Forgets some bytes of a granule: records keep the others. */
static void granule_reset_bytes(struct hb_task *task, struct granule *granule, uint32_t bytes)
{
    struct arena *records = &task->hb->shadow.records;
    uint64_t word = granule_lock(granule) | bytes;
    uint32_t *link = &granule->next;
    while (*link) {
        uint32_t index = *link;
        struct record *record = arena_at(records, index);
        if (element_forget(task, record, bytes)) {
            link = &record->next;
        } else {
            *link = record->next;
            element_free(task, record);
            record_free(task, index);
        }
    }
    granule_unlock(granule, word);
}

static void granules_reset(struct hb_task *task, struct granule *granules, size_t count,
                           uintptr_t addr, void *arg)
{
    (void)addr, (void)arg;
    for (size_t i = 0; i < count; i++)
        granule_reset(task, granules + i);
}

/* Drops what a page remembers but for its sync objects; false: nothing is left in it. */
static bool page_forget(struct hb_task *task, struct granule *granules)
{
    bool kept = false;
    for (size_t i = 0; i < SHADOW_PAGE / sizeof *granules; i++) {
        struct granule *granule = &granules[i];
        if (atomic_load_explicit(&granule->word, memory_order_relaxed) == 0 && !granule->next)
            continue;
        granule_lock(granule);
        list_forget(task, granule);
        granule->ctx = 0;
        kept = kept || granule->next;
        granule_unlock(granule, 0);
    }
    return kept;
}

static void pages_forget(struct hb_task *task, struct granule *granules, size_t count,
                         uintptr_t addr, void *arg)
{
    (void)addr, (void)arg;
    for (size_t i = 0; i < count; i += SHADOW_PAGE / sizeof *granules) {
        if (!page_forget(task, granules + i))
            sys_discard(granules + i, SHADOW_PAGE);
    }
}

void hb_forget(struct hb_task *task)
{
    struct hb *hb = task->hb;
    hb_fork_prepare(hb, task->cursor); /* the others wait outside */
    slots_floor_all(&hb->slots);
    for (struct hb_task *t = hb->live; t; t = t->next_live)
        task_advance(t); /* what they do from now on lies above the floor */
    shadow_visit_all(task, pages_forget, NULL);
    hb_fork_parent(hb);
}

static void partial_reset(struct hb_task *task, uintptr_t addr, size_t size)
{
    struct granule *granule = shadow_find(&task->hb->shadow, addr);
    if (granule &&
        (atomic_load_explicit(&granule->word, memory_order_relaxed) != 0 || granule->next))
        granule_reset_bytes(task, granule,
                            (uint32_t)(((1u << size) - 1) << (addr % GRANULE_BYTES)));
}

void hb_range_reset(struct hb *hb, struct hb_task *task, uintptr_t addr, size_t size)
{
    uintptr_t end = addr + size;
    if (addr % GRANULE_BYTES && addr < end) {
        size_t head = GRANULE_BYTES - addr % GRANULE_BYTES;
        if (head > size)
            head = size;
        partial_reset(task, addr, head);
        addr += head;
    }
    size_t whole = (end - addr) & ~(size_t)(GRANULE_BYTES - 1);
    shadow_visit_last(task, addr, whole, granules_reset);
    if (whole >= DISCARD_FROM)
        shadow_discard(&hb->shadow, addr, whole);
    addr += whole;
    if (addr < end)
        partial_reset(task, addr, end - addr);
}
