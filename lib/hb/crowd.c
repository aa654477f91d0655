/*
 * crowd: the concurrent accesses of one granule when there are many.
 *
 * A list is right for the few records that a granule usually has. Read-shared data (or relaxed
 * counters) in a program with a thousand tasks would make it as long. Beyond CROWD_FROM elements
 * the records of kinds that do not conflict with themselves (R, AR, AW) move into tables keyed by
 * slot, one a kind, which hang in the list as one element. Then an access looks at the tables whose
 * kind it conflicts with, as it must (the write after many readers), and in the others at its own
 * entries alone, whatever the number of tasks.
 *
 * Entries of other tasks are not dropped when a read is ordered after them, so a table is
 * bounded by slots x masks, not by an antichain. Guarded by the granule's lock.
 */
#include "hb/engine.h"

#include <string.h>

#define TABLE_CAPACITY_FIRST 32u /* from an arena; larger ones are mappings */

struct crowd_entry {
    uint64_t word; /* 0: free; no bytes: a tombstone */
    uint32_t ctx;
};

struct crowd_table {
    uint32_t capacity; /* power of two; 0: nothing of this kind yet */
    uint32_t used;     /* entries and tombstones */
    struct crowd_entry *entries;
};

enum { KIND_FIRST = HB_READ, KIND_LAST = HB_ATOMIC_READ, KINDS = KIND_LAST - KIND_FIRST + 1 };

struct crowd {
    uint32_t next_free; /* must be first (arena) */
    struct crowd_table tables[KINDS];
};

size_t crowd_size(void)
{
    return sizeof(struct crowd);
}

static struct crowd *crowd_at(struct hb *hb, uint32_t index)
{
    return arena_at(&hb->crowds, index);
}

uint32_t crowd_create(struct hb *hb)
{
    uint32_t index = arena_alloc(&hb->crowds);
    *crowd_at(hb, index) = (struct crowd){.next_free = 0};
    return index;
}

size_t crowd_entries_size(void)
{
    return sizeof(struct crowd_entry) * TABLE_CAPACITY_FIRST;
}

static struct crowd_entry *entries_create(struct hb *hb, uint32_t capacity)
{
    struct crowd_entry *entries;
    if (capacity == TABLE_CAPACITY_FIRST) {
        entries = arena_at(&hb->crowd_entries, arena_alloc(&hb->crowd_entries));
        memset(entries, 0, sizeof *entries * capacity);
    } else {
        entries = sys_reserve(sizeof *entries * capacity);
        CHECK_MSG(entries, "out of memory for concurrent accesses");
    }
    return entries;
}

static void entries_release(struct hb *hb, struct crowd_entry *entries, uint32_t capacity)
{
    if (capacity == TABLE_CAPACITY_FIRST)
        arena_free(&hb->crowd_entries, arena_index(&hb->crowd_entries, entries));
    else if (capacity)
        sys_release(entries, sizeof *entries * capacity);
}

void crowd_free(struct hb *hb, uint32_t index)
{
    struct crowd *crowd = crowd_at(hb, index);
    for (uint32_t k = 0; k < KINDS; k++)
        entries_release(hb, crowd->tables[k].entries, crowd->tables[k].capacity);
    arena_free(&hb->crowds, index);
}

bool crowd_takes(uint64_t word)
{
    return !(word & (RECORD_SYNC | RECORD_FREED)) && record_kind(word) != HB_WRITE;
}

/* ---- one table ---- */

static uint32_t slot_place(uint32_t slot, uint32_t capacity)
{
    return (slot * UINT32_C(0x9e3779b9) >> 8) & (capacity - 1);
}

/* A tombstone on the way serves again, mostly that of the same task: so tasks that read in turns
 * fill no table. */
static void entry_put(struct crowd_table *table, uint64_t word, uint32_t ctx)
{
    uint32_t i = slot_place(record_slot(word), table->capacity);
    while (table->entries[i].word && record_bytes(table->entries[i].word))
        i = (i + 1) & (table->capacity - 1);
    table->used += table->entries[i].word == 0;
    table->entries[i] = (struct crowd_entry){.word = word, .ctx = ctx};
}

/* Leaves the tombstones behind; grows if what remains needs it. */
static void table_rehash(struct hb *hb, struct crowd_table *table)
{
    struct crowd_table before = *table;
    uint32_t live = 0;
    for (uint32_t i = 0; i < before.capacity; i++)
        live += record_bytes(before.entries[i].word) && before.entries[i].word;
    if (live >= before.capacity / 4)
        table->capacity = before.capacity ? before.capacity * 2 : TABLE_CAPACITY_FIRST;
    table->entries = entries_create(hb, table->capacity);
    table->used = 0;
    for (uint32_t i = 0; i < before.capacity; i++) {
        if (before.entries[i].word && record_bytes(before.entries[i].word))
            entry_put(table, before.entries[i].word, before.entries[i].ctx);
    }
    entries_release(hb, before.entries, before.capacity);
}

/* Only the entries of the task's own slot. */
static void table_meet_own(struct pass *pass, struct crowd_table *table)
{
    uint32_t i = slot_place(pass->task->slot, table->capacity);
    for (; table->entries[i].word; i = (i + 1) & (table->capacity - 1)) {
        struct crowd_entry *entry = &table->entries[i];
        if (record_slot(entry->word) == pass->task->slot && record_bytes(entry->word))
            entry->word = record_meet(pass, entry->word, entry->ctx);
    }
}

/* False: nothing is left. */
static bool table_meet(struct pass *pass, struct crowd_table *table)
{
    bool live = false;
    for (uint32_t i = 0; i < table->capacity; i++) {
        struct crowd_entry *entry = &table->entries[i];
        if (!entry->word || !record_bytes(entry->word))
            continue;
        entry->word = record_meet(pass, entry->word, entry->ctx);
        live = live || record_bytes(entry->word);
    }
    return live;
}

static bool table_forget(struct crowd_table *table, uint32_t bytes)
{
    bool live = false;
    for (uint32_t i = 0; i < table->capacity; i++) {
        struct crowd_entry *entry = &table->entries[i];
        if (!entry->word)
            continue;
        entry->word |= bytes;
        live = live || record_bytes(entry->word);
    }
    return live;
}

/* ---- all of them ---- */

void crowd_add(struct hb *hb, uint32_t index, uint64_t word, uint32_t ctx)
{
    struct crowd_table *table = &crowd_at(hb, index)->tables[record_kind(word) - KIND_FIRST];
    if (table->used + 1 > table->capacity / 2)
        table_rehash(hb, table);
    entry_put(table, word, ctx);
}

bool crowd_meet(struct pass *pass, uint32_t index)
{
    struct crowd *crowd = crowd_at(pass->task->hb, index);
    bool live = false;
    for (uint32_t k = 0; k < KINDS; k++) {
        struct crowd_table *table = &crowd->tables[k];
        if (!table->used)
            continue;
        if (kind_conflicts((enum hb_kind)(k + KIND_FIRST), pass->kind)) {
            live = table_meet(pass, table) || live;
        } else {
            table_meet_own(pass, table);
            live = true;
        }
    }
    return live;
}

bool crowd_forget(struct hb *hb, uint32_t index, uint32_t bytes)
{
    bool live = false;
    for (uint32_t k = 0; k < KINDS; k++)
        live = table_forget(&crowd_at(hb, index)->tables[k], bytes) || live;
    return live;
}
