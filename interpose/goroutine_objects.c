/*
 * goroutine_objects: what a finding says of the objects that goroutines share.
 *
 * Channels are remembered from their making until their end, in a hash table of SHARDS parts, each
 * an open-addressed table with its lock, which no other lock is taken under. All else is known by
 * its address: the tool finds variables. As a channel is a pointer, static variables of
 * instrumented code are searched for one that holds it.
 */
#include "interpose/goroutine.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/check.h"
#include "base/spin.h"
#include "base/sys.h"
#include "interpose/modules.h"

enum {
    SHARD_BITS = 6,
    SHARDS = 1 << SHARD_BITS,
    SHARD_FIRST = 64,       /* entries */
    SEARCH_CHUNK = 4096,    /* of a module, read at once */
    SEARCH_MAX = 256 << 20, /* bytes searched for one variable */
};

struct shard {
    struct spin lock;
    size_t count, capacity;
    uint32_t lives;
    struct object_facts *entries; /* addr 0: free */
};
static struct shard shards[SHARDS];

/* ---- the table ---- */

static uint64_t addr_hash(uintptr_t addr)
{
    uint64_t h = (addr >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 31;
}

static struct shard *shard_lock(uintptr_t addr)
{
    struct shard *shard = &shards[addr_hash(addr) >> (64 - SHARD_BITS)];
    spin_lock(&shard->lock);
    return shard;
}

/* The entry of `addr`, or the free one where it would go. */
static size_t shard_place(const struct shard *shard, uintptr_t addr)
{
    size_t mask = shard->capacity - 1, i = addr_hash(addr) & mask;
    while (shard->entries[i].addr && shard->entries[i].addr != addr)
        i = (i + 1) & mask;
    return i;
}

static void shard_grow(struct shard *shard)
{
    struct object_facts *before = shard->entries;
    size_t capacity = shard->capacity;
    shard->capacity = capacity ? capacity * 2 : SHARD_FIRST;
    shard->entries = sys_reserve(sizeof *before * shard->capacity);
    CHECK_MSG(shard->entries, "out of memory for the table of objects");
    for (size_t i = 0; i < capacity; i++)
        if (before[i].addr)
            shard->entries[shard_place(shard, before[i].addr)] = before[i];
    if (before)
        sys_release(before, sizeof *before * capacity);
}

void facts_remember(const struct object_facts *facts)
{
    struct shard *shard = shard_lock(facts->addr);
    if (shard->count + 1 > shard->capacity / 2)
        shard_grow(shard);
    size_t i = shard_place(shard, facts->addr);
    shard->count += shard->entries[i].addr == 0;
    shard->entries[i] = *facts;
    shard->entries[i].life = ++shard->lives * SHARDS + (uint32_t)(shard - shards);
    spin_unlock(&shard->lock);
}

/* Later entries of the run move up, so that no tombstone is needed. */
static void entry_remove(struct shard *shard, size_t hole)
{
    size_t mask = shard->capacity - 1;
    for (size_t i = (hole + 1) & mask; shard->entries[i].addr; i = (i + 1) & mask) {
        size_t home = addr_hash(shard->entries[i].addr) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            shard->entries[hole] = shard->entries[i];
            hole = i;
        }
    }
    shard->entries[hole].addr = 0;
    shard->count--;
}

void facts_forget(uintptr_t addr)
{
    struct shard *shard = shard_lock(addr);
    size_t i = shard->count ? shard_place(shard, addr) : 0;
    if (shard->count && shard->entries[i].addr)
        entry_remove(shard, i);
    spin_unlock(&shard->lock);
}

bool facts_find(uintptr_t addr, struct object_facts *ret_facts)
{
    struct shard *shard = shard_lock(addr);
    *ret_facts = shard->count ? shard->entries[shard_place(shard, addr)] : (struct object_facts){0};
    spin_unlock(&shard->lock);
    return ret_facts->addr != 0;
}

bool facts_take(uint32_t kind, struct object_facts *ret_facts)
{
    bool found = false;
    for (size_t i = 0; i < SHARDS && !found; i++) {
        struct shard *shard = &shards[i];
        spin_lock(&shard->lock);
        for (size_t j = 0; j < shard->capacity && !found; j++) {
            *ret_facts = shard->entries[j];
            found = ret_facts->addr && ret_facts->kind == kind;
            if (found)
                entry_remove(shard, j);
        }
        spin_unlock(&shard->lock);
    }
    return found;
}

/* ---- in a finding ---- */

/* Memory that may not be there: how many bytes were. */
static size_t memory_read(void *to, uintptr_t from, size_t size)
{
    struct iovec local = {to, size}, remote = {(void *)from, size};
    long got = sys_call6(SYS_process_vm_readv, sys_getpid(), (long)&local, 1, (long)&remote, 1, 0);
    return got > 0 ? (size_t)got : 0;
}

static uintptr_t range_search(uintptr_t low, uintptr_t high, uintptr_t wanted)
{
    uintptr_t words[SEARCH_CHUNK / sizeof(uintptr_t)];
    for (uintptr_t at = low & ~(uintptr_t)(SEARCH_CHUNK - 1); at < high; at += SEARCH_CHUNK) {
        size_t count = memory_read(words, at, sizeof words) / sizeof *words;
        for (size_t i = 0; i < count; i++)
            if (words[i] == wanted)
                return at + i * sizeof *words;
    }
    return 0;
}

static uintptr_t holder_search(uintptr_t wanted)
{
    uintptr_t low, high, found = 0;
    size_t left = SEARCH_MAX;
    for (uint32_t i = 0; !found && modules_instrumented_range(i, &low, &high); i++) {
        if (high - low > left)
            break;
        left -= high - low;
        found = range_search(low, high, wanted);
    }
    return found;
}

/* What is remembered of it. */
static void object_describe(struct builder *b, struct proto_object *object,
                            const struct object_facts *facts)
{
    object->element_size = facts->element_size;
    object->capacity = facts->capacity;
    object->made_task = builder_task(b, facts->task);
    object->made = builder_stack(b, facts->made);
    if (facts->type)
        memory_read(object->type, (uintptr_t)facts->type, sizeof object->type - 1);
    object->held_at = holder_search(facts->addr);
}

uint32_t builder_object(struct builder *b, uint32_t kind, uintptr_t addr, size_t size)
{
    struct proto_finding *f = &b->finding;
    bool tls = false;
    for (uint32_t i = 0; i < f->object_count; i++)
        if (b->objects[i].addr == addr && b->objects[i].kind == kind)
            return i;
    if (!addr || f->object_count == BUILDER_OBJECTS)
        return PROTO_NONE;
    struct proto_object *object = &b->objects[f->object_count];
    *object = (struct proto_object){
        .addr = addr, .size = size, .kind = kind, .made_task = PROTO_NONE, .made = PROTO_NONE};
    uint32_t owner = hb_query_stack_owner(rt_hb, addr, &tls);
    if (owner && !tls)
        builder_frame(owner, addr, &object->frame_pc, &object->frame_cfa);
    struct object_facts facts;
    if (facts_find(addr, &facts) && facts.kind == kind)
        object_describe(b, object, &facts);
    return f->object_count++;
}
