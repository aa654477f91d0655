/*
 * reset: memory begins a new life (RULES P12, P16). Its records are dropped, its sync objects die.
 *
 * Small ranges are walked. In large ones (mappings, stacks) only the pages of shadow that were
 * ever committed are walked and then given back, so an untouched gigabyte costs a few syscalls.
 */
#include "hb/engine.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096u
#define LARGE_RANGE (UINT64_C(256) << 10)
#define VECTOR_PAGES 1024u

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

static void granules_reset(struct hb_task *task, struct granule *granule, size_t count)
{
    for (size_t i = 0; i < count; i++)
        granule_reset(task, granule + i);
}

/* Whole pages of shadow: walks the committed ones, gives all back. */
static void pages_reset(struct hb_task *task, char *shadow, size_t size)
{
    unsigned char resident[VECTOR_PAGES];
    for (size_t done = 0; done < size; done += (size_t)VECTOR_PAGES * PAGE) {
        size_t part = size - done;
        if (part > (size_t)VECTOR_PAGES * PAGE)
            part = (size_t)VECTOR_PAGES * PAGE;
        long failed = sys_call3(SYS_mincore, (long)(shadow + done), (long)part, (long)resident);
        for (size_t page = 0; page < part / PAGE; page++) {
            if (failed || (resident[page] & 1))
                granules_reset(task, (struct granule *)(shadow + done + page * PAGE),
                               PAGE / sizeof(struct granule));
        }
    }
    sys_discard(shadow, size); /* pages that were swapped out read as zero, too */
}

/* Drops what a page remembers but for its sync objects; false: nothing is left in it. */
static bool page_forget(struct hb_task *task, struct granule *granules)
{
    bool kept = false;
    for (size_t i = 0; i < PAGE / sizeof *granules; i++) {
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

static void chunk_forget(struct hb_task *task, char *shadow, size_t size)
{
    unsigned char resident[VECTOR_PAGES];
    for (size_t done = 0; done < size; done += (size_t)VECTOR_PAGES * PAGE) {
        size_t part = (size_t)VECTOR_PAGES * PAGE;
        if (sys_call3(SYS_mincore, (long)(shadow + done), (long)part, (long)resident))
            continue;
        for (size_t page = 0; page < VECTOR_PAGES; page++) {
            char *at = shadow + done + page * PAGE;
            if ((resident[page] & 1) && !page_forget(task, (struct granule *)at))
                sys_discard(at, PAGE);
        }
    }
}

void hb_forget(struct hb_task *task)
{
    struct hb *hb = task->hb;
    hb_fork_prepare(hb, task->cursor); /* the others wait outside */
    slots_floor_all(&hb->slots);
    for (struct hb_task *t = hb->live; t; t = t->next_live)
        task_advance(t); /* what they do from now on lies above the floor */
    shadow_each_chunk(&hb->shadow, task, chunk_forget);
    hb_fork_parent(hb);
}

/* A range of whole granules within one chunk. */
static void chunk_reset(struct hb_task *task, struct granule *first, size_t count)
{
    char *low = (char *)first, *high = (char *)(first + count);
    char *page_low = (char *)(((uintptr_t)low + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
    char *page_high = (char *)((uintptr_t)high & ~(uintptr_t)(PAGE - 1));
    if (count * GRANULE_BYTES < LARGE_RANGE) {
        granules_reset(task, first, count);
        return;
    }
    granules_reset(task, first, (size_t)(page_low - low) / sizeof *first);
    pages_reset(task, page_low, (size_t)(page_high - page_low));
    granules_reset(task, (struct granule *)page_high, (size_t)(high - page_high) / sizeof *first);
}

static void partial_reset(struct hb_task *task, uintptr_t addr, size_t size)
{
    struct granule *granule = shadow_find(&task->hb->shadow, addr);
    if (granule)
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
    while (addr + GRANULE_BYTES <= end) {
        uintptr_t chunk_end = (addr | ((UINT64_C(1) << SHADOW_CHUNK_BITS) - 1)) + 1;
        uintptr_t part_end = chunk_end < end ? chunk_end : end & ~(uintptr_t)(GRANULE_BYTES - 1);
        struct granule *first = shadow_find(&hb->shadow, addr);
        if (first)
            chunk_reset(task, first, (part_end - addr) / GRANULE_BYTES);
        addr = part_end;
    }
    if (addr < end)
        partial_reset(task, addr, end - addr);
}
