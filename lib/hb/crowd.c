/*
 * crowd: the concurrent accesses of one granule when there are many.
 *
 * A list is right for the few records that a granule usually has. Read-shared data (or relaxed
 * counters) in a program with a thousand tasks would make it as long. Beyond CROWD_FROM elements
 * the records of kinds that do not conflict with themselves (R, AR, AW) move into a table keyed by
 * slot, which hangs in the list as one element. Then an access that conflicts with no kind in the
 * table touches only its own entries, whatever the number of tasks; one that does (the write after
 * many readers) looks at all of them, as it must.
 *
 * Entries of other tasks are not dropped when a read is ordered after them, so the table is
 * bounded by slots x masks, not by an antichain. Guarded by the granule's lock.
 */
#include "hb/engine.h"

#define CROWD_CAPACITY_FIRST 32u

struct crowd_entry {
    uint64_t word; /* 0: free; no bytes: a tombstone */
    uint32_t ctx;
};

struct crowd {
    uint32_t next_free; /* must be first (arena) */
    uint32_t capacity;  /* power of two */
    uint32_t used;      /* entries and tombstones */
    uint32_t kinds;     /* bit per kind that may be present */
    struct crowd_entry *entries;
};

size_t crowd_size(void)
{
    return sizeof(struct crowd);
}

static struct crowd *crowd_at(struct hb *hb, uint32_t index)
{
    return arena_at(&hb->crowds, index);
}

static struct crowd_entry *entries_create(uint32_t capacity)
{
    struct crowd_entry *entries = sys_reserve(sizeof *entries * capacity);
    CHECK_MSG(entries, "out of memory for concurrent accesses");
    return entries;
}

uint32_t crowd_create(struct hb *hb)
{
    uint32_t index = arena_alloc(&hb->crowds);
    *crowd_at(hb, index) = (struct crowd){.capacity = CROWD_CAPACITY_FIRST,
                                          .entries = entries_create(CROWD_CAPACITY_FIRST)};
    return index;
}

void crowd_free(struct hb *hb, uint32_t index)
{
    struct crowd *crowd = crowd_at(hb, index);
    sys_release(crowd->entries, sizeof *crowd->entries * crowd->capacity);
    arena_free(&hb->crowds, index);
}

bool crowd_takes(uint64_t word)
{
    return !(word & (RECORD_SYNC | RECORD_FREED)) && record_kind(word) != HB_WRITE;
}

static uint32_t slot_place(uint32_t slot, uint32_t capacity)
{
    return (slot * UINT32_C(0x9e3779b9) >> 8) & (capacity - 1);
}

static void entry_put(struct crowd *crowd, uint64_t word, uint32_t ctx)
{
    uint32_t i = slot_place(record_slot(word), crowd->capacity);
    while (crowd->entries[i].word)
        i = (i + 1) & (crowd->capacity - 1);
    crowd->entries[i] = (struct crowd_entry){.word = word, .ctx = ctx};
    crowd->used++;
    crowd->kinds |= 1u << record_kind(word);
}

/* Leaves the tombstones behind; grows if what remains needs it. */
static void crowd_rehash(struct crowd *crowd)
{
    struct crowd_entry *before = crowd->entries;
    uint32_t capacity = crowd->capacity, live = 0;
    for (uint32_t i = 0; i < capacity; i++)
        live += before[i].word && record_bytes(before[i].word);
    if (live > capacity / 4)
        crowd->capacity *= 2;
    crowd->entries = entries_create(crowd->capacity);
    crowd->used = crowd->kinds = 0;
    for (uint32_t i = 0; i < capacity; i++) {
        if (before[i].word && record_bytes(before[i].word))
            entry_put(crowd, before[i].word, before[i].ctx);
    }
    sys_release(before, sizeof *before * capacity);
}

void crowd_add(struct hb *hb, uint32_t index, uint64_t word, uint32_t ctx)
{
    struct crowd *crowd = crowd_at(hb, index);
    if (crowd->used + 1 > crowd->capacity / 2)
        crowd_rehash(crowd);
    entry_put(crowd, word, ctx);
}

static bool crowd_conflicts(const struct crowd *crowd, enum hb_kind kind)
{
    for (enum hb_kind k = HB_READ; k <= HB_ATOMIC_READ; k++) {
        if ((crowd->kinds >> k & 1) && kind_conflicts(k, kind))
            return true;
    }
    return false;
}

/* Only the entries of the task's own slot. */
static void crowd_meet_own(struct pass *pass, struct crowd *crowd)
{
    uint32_t i = slot_place(pass->task->slot, crowd->capacity);
    for (; crowd->entries[i].word; i = (i + 1) & (crowd->capacity - 1)) {
        struct crowd_entry *entry = &crowd->entries[i];
        if (record_slot(entry->word) == pass->task->slot && record_bytes(entry->word))
            entry->word = record_meet(pass, entry->word, entry->ctx);
    }
}

bool crowd_meet(struct pass *pass, uint32_t index)
{
    struct crowd *crowd = crowd_at(pass->task->hb, index);
    if (!crowd_conflicts(crowd, pass->kind)) {
        crowd_meet_own(pass, crowd);
        return true;
    }
    bool live = false;
    for (uint32_t i = 0; i < crowd->capacity; i++) {
        struct crowd_entry *entry = &crowd->entries[i];
        if (!entry->word || !record_bytes(entry->word))
            continue;
        entry->word = record_meet(pass, entry->word, entry->ctx);
        live = live || record_bytes(entry->word);
    }
    return live;
}

bool crowd_forget(struct hb *hb, uint32_t index, uint32_t bytes)
{
    struct crowd *crowd = crowd_at(hb, index);
    bool live = false;
    for (uint32_t i = 0; i < crowd->capacity; i++) {
        struct crowd_entry *entry = &crowd->entries[i];
        if (!entry->word)
            continue;
        entry->word |= bytes;
        live = live || record_bytes(entry->word);
    }
    return live;
}
