/*
 * heap: blocks, who allocated and who freed them, and the quarantine (RULES P12).
 *
 * free is a write of the whole block by the freeing task: its records stay in the shadow until
 * the memory is handed out again or reset, so an access after (or unordered with) the free meets
 * them. The quarantine keeps the allocator from reusing the memory at once. What it holds costs
 * three times its size (itself and its shadow), so it is in proportion to what the program has in
 * use; what has left it is judged all the same until the allocator hands it out again.
 */
#include <stddef.h>

#include "hb/engine.h"

#define SHARD_CAPACITY_FIRST 256u
#define QUEUE_MAX (1u << 20)
#define BLOCK_OVERHEAD 256u
#define BLOCK_MAX ((size_t)16 << 20)   /* what is larger is not quarantined */
#define LIVE_PART 8u                   /* of what is in use, so much is held back besides */
#define MARKED_FROM ((size_t)64 << 10) /* smaller ones are seldom left unused */
#define PUSHES 64u                     /* until that is reckoned anew */

void heap_init(struct heap *heap, size_t quarantine_bytes)
{
    *heap = (struct heap){.bytes_least = quarantine_bytes, .bytes_max = quarantine_bytes};
    heap->queue = sys_reserve(sizeof *heap->queue * QUEUE_MAX);
    CHECK_MSG(heap->queue, "cannot reserve address space; raise the limit (ulimit -v)");
}

void heap_done(struct heap *heap)
{
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        if (heap->shards[i].blocks)
            sys_release(heap->shards[i].blocks, sizeof(struct block) * heap->shards[i].capacity);
    }
    sys_release(heap->queue, sizeof *heap->queue * QUEUE_MAX);
}

/* ---- the table ---- */

static uint64_t addr_hash(uintptr_t addr)
{
    uint64_t h = (addr >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 31;
}

static struct heap_shard *shard_lock(struct heap *heap, uintptr_t addr)
{
    struct heap_shard *shard = &heap->shards[addr_hash(addr) >> 58];
    spin_lock(&shard->lock);
    return shard;
}

/* The entry of `addr`, or the free entry where it would go. */
static size_t shard_place(const struct heap_shard *shard, uintptr_t addr)
{
    size_t mask = shard->capacity - 1, i = addr_hash(addr) & mask;
    while (shard->blocks[i].addr && shard->blocks[i].addr != addr)
        i = (i + 1) & mask;
    return i;
}

static void shard_grow(struct heap_shard *shard)
{
    struct block *before = shard->blocks;
    size_t capacity = shard->capacity;
    shard->capacity = capacity ? capacity * 2 : SHARD_CAPACITY_FIRST;
    shard->blocks = sys_reserve(sizeof *before * shard->capacity);
    CHECK_MSG(shard->blocks, "out of memory for the table of heap blocks");
    for (size_t i = 0; i < capacity; i++) {
        if (before[i].addr)
            shard->blocks[shard_place(shard, before[i].addr)] = before[i];
    }
    if (before)
        sys_release(before, sizeof *before * capacity);
}

static struct block *shard_find(struct heap_shard *shard, uintptr_t addr)
{
    if (!shard->count)
        return NULL;
    struct block *block = &shard->blocks[shard_place(shard, addr)];
    return block->addr ? block : NULL;
}

static void shard_live_add(struct heap_shard *shard, size_t bytes)
{
    size_t live = atomic_load_explicit(&shard->live, memory_order_relaxed);
    atomic_store_explicit(&shard->live, live + bytes, memory_order_relaxed);
}

static void shard_insert(struct heap_shard *shard, const struct block *block)
{
    if (shard->count + 1 > shard->capacity / 2)
        shard_grow(shard);
    size_t i = shard_place(shard, block->addr);
    struct block *before = &shard->blocks[i];
    shard->count += before->addr == 0;
    shard_live_add(shard, block->size - (before->addr && !before->freed_by ? before->size : 0));
    *before = *block;
}

/* Removes an entry and moves later ones of its run up, so that no tombstone is needed. */
static void shard_remove(struct heap_shard *shard, struct block *block)
{
    size_t mask = shard->capacity - 1, hole = (size_t)(block - shard->blocks);
    for (size_t i = (hole + 1) & mask; shard->blocks[i].addr; i = (i + 1) & mask) {
        size_t home = addr_hash(shard->blocks[i].addr) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            shard->blocks[hole] = shard->blocks[i];
            hole = i;
        }
    }
    shard->blocks[hole].addr = 0;
    shard->count--;
}

/* ---- life of a block ---- */

void hb_heap_alloc(struct hb_task *task, uintptr_t addr, size_t size, uintptr_t pc)
{
    struct hb *hb = task->hb;
    struct block block = {
        .addr = addr, .size = size, .task = task->number, .allocated = context_here(task, pc)};
    hb_range_reset(hb, task, addr, size);
    struct heap_shard *shard = shard_lock(&hb->heap, addr);
    shard_insert(shard, &block);
    spin_unlock(&shard->lock);
}

static void block_forget(struct heap *heap, uintptr_t addr)
{
    struct heap_shard *shard = shard_lock(heap, addr);
    struct block *block = shard_find(shard, addr);
    if (block)
        shard_remove(shard, block);
    spin_unlock(&shard->lock);
}

/* What a quarantined block keeps from being reused: itself and, roughly, our knowledge of it. */
static size_t block_cost(size_t size)
{
    return size + BLOCK_OVERHEAD;
}

/* Takes the oldest block out of the quarantine if that is full; *ret_addr is 0 if the block has
 * left it otherwise meanwhile. */
static bool quarantine_pop(struct heap *heap, uintptr_t *ret_addr)
{
    spin_lock(&heap->lock);
    bool full =
        heap->queue_count && (heap->bytes > heap->bytes_max || heap->queue_count >= QUEUE_MAX);
    if (full) {
        struct quarantined oldest = heap->queue[heap->queue_first];
        heap->queue_first = (heap->queue_first + 1) % QUEUE_MAX;
        heap->queue_count--;
        heap->bytes -= oldest.cost;
        struct heap_shard *shard = shard_lock(heap, oldest.addr);
        struct block *block = shard_find(shard, oldest.addr);
        bool ours = block && block->freed_by;
        if (ours)
            shard_remove(shard, block);
        spin_unlock(&shard->lock);
        *ret_addr = ours ? oldest.addr : 0;
    }
    spin_unlock(&heap->lock);
    return full;
}

/* Quarantine lock held. The sums may be of different moments. */
static void quarantine_measure(struct heap *heap)
{
    size_t live = 0;
    if (heap->pushes++ % PUSHES)
        return;
    for (uint32_t i = 0; i < HEAP_SHARDS; i++)
        live += atomic_load_explicit(&heap->shards[i].live, memory_order_relaxed);
    heap->bytes_max = heap->bytes_least + live / LIVE_PART;
}

/* False: no room in the ring. */
static bool quarantine_push(struct heap *heap, uintptr_t addr, size_t size)
{
    spin_lock(&heap->lock);
    quarantine_measure(heap);
    bool room = heap->queue_count < QUEUE_MAX;
    if (room) {
        struct quarantined entry = {addr, block_cost(size)};
        heap->queue[(heap->queue_first + heap->queue_count++) % QUEUE_MAX] = entry;
        heap->bytes += entry.cost;
    }
    spin_unlock(&heap->lock);
    return room;
}

static void double_free_report(struct hb_task *task, const struct block *block, uint32_t ctx)
{
    struct hb_finding finding = {
        .kind = HB_DOUBLE_FREE,
        .ordered = task_knows(task, block->freed_slot, block->freed_clock),
        .now = {block->addr, (uint32_t)block->size, HB_FREE, task->number, {ctx}},
        .before = {block->addr, (uint32_t)block->size, HB_FREE, block->freed_by, {block->freed_at}},
    };
    task->hb->callbacks.finding(task->hb->callbacks.arg, task, &finding);
}

/* Marks the block freed; the former state is in *ret_before (addr 0: unknown block). */
static void block_mark_freed(struct hb_task *task, uintptr_t addr, uint32_t ctx,
                             struct block *ret_before)
{
    struct heap_shard *shard = shard_lock(&task->hb->heap, addr);
    struct block *block = shard_find(shard, addr);
    *ret_before = block ? *block : (struct block){0};
    if (block && !block->freed_by) {
        block->freed_by = task->number;
        block->freed_at = ctx;
        task->front.acted = true;
        shard_live_add(shard, -block->size);
        block->freed_slot = task->slot;
        block->freed_clock = task->clock;
    }
    spin_unlock(&shard->lock);
}

/* A block is told to be freed by the access of each granule; but where nothing is remembered, the
 * marks say it. */
static void block_kill(struct hb_task *task, uintptr_t addr, size_t size, uintptr_t pc)
{
    uintptr_t from = addr, end = addr + size; /* from: not yet accessed */
    uintptr_t at = (addr + SHADOW_BLOCK - 1) & ~(uintptr_t)(SHADOW_BLOCK - 1);
    for (; size >= MARKED_FROM && at + SHADOW_BLOCK <= end; at += SHADOW_BLOCK) {
        shadow_make(&task->hb->shadow, at);
        uint64_t delta = shadow_delta(&task->hb->shadow, at >> SHADOW_CHUNK_BITS);
        uint8_t fresh = SHADOW_FRESH;
        if (!atomic_compare_exchange_strong_explicit(shadow_mark(delta, at), &fresh, SHADOW_DEAD,
                                                     memory_order_relaxed, memory_order_relaxed))
            continue;
        if (from < at)
            hb_access(task, from, at - from, HB_FREE, pc);
        from = at + SHADOW_BLOCK;
    }
    if (from < end)
        hb_access(task, from, end - from, HB_FREE, pc);
}

enum hb_free_result hb_heap_free(struct hb_task *task, uintptr_t addr, uintptr_t pc, bool checked,
                                 void (*evict)(void *arg, uintptr_t addr), void *arg)
{
    struct hb *hb = task->hb;
    uint32_t ctx = context_here(task, pc);
    struct block block;
    if (checked)
        task_acts(task);
    block_mark_freed(task, addr, ctx, &block);
    if (!block.addr)
        return HB_FREE_UNKNOWN;
    if (block.freed_by) {
        double_free_report(task, &block, ctx);
        return HB_FREE_DOUBLE;
    }
    bool keep = checked && hb->heap.bytes_least && block.size <= BLOCK_MAX;
    if (checked && keep)
        block_kill(task, addr, block.size, pc);
    else if (checked)
        hb_access_last(task, addr, block.size, HB_FREE, pc);
    if (!keep) {
        hb_range_reset(hb, task, addr, block.size);
        block_forget(&hb->heap, addr);
        return HB_FREE_NOW;
    }
    uintptr_t oldest;
    do {
        while (quarantine_pop(&hb->heap, &oldest)) {
            if (oldest)
                evict(arg, oldest);
        }
    } while (!quarantine_push(&hb->heap, addr, block.size));
    return HB_FREE_LATER;
}

/* ---- objects in freed memory ---- */

static bool record_frees(uint64_t word, uintptr_t addr)
{
    return record_kind(word) == HB_FREE && record_bytes(word) >> (addr & (GRANULE_BYTES - 1)) & 1;
}

static bool is_freed(struct shadow *shadow, uintptr_t addr)
{
    struct granule *granule = shadow_find(shadow, addr);
    if (!granule)
        return false;
    uint64_t delta = shadow_delta(shadow, addr >> SHADOW_CHUNK_BITS);
    bool dead = atomic_load_explicit(shadow_mark(delta, addr), memory_order_relaxed) == SHADOW_DEAD;
    uint64_t word = dead ? granule_lock_marked(shadow, granule, addr) : granule_lock(granule);
    bool freed = record_frees(word, addr);
    for (uint32_t i = granule->next; i && !freed;) {
        const struct record *record = record_at(shadow, i);
        freed = !(record->word & RECORD_SYNC) && record_frees(record->word, addr);
        i = record->next;
    }
    granule_unlock(granule, word);
    return freed;
}

HB_SLOW bool hb_check_freed(struct hb_task *task, uintptr_t addr, uintptr_t pc)
{
    if (!is_freed(&task->hb->shadow, addr))
        return false;
    hb_access(task, addr, sizeof(uint32_t), HB_ATOMIC_WRITE, pc);
    return true;
}

size_t hb_heap_size(struct hb *hb, uintptr_t addr)
{
    struct heap_shard *shard = shard_lock(&hb->heap, addr);
    const struct block *block = shard_find(shard, addr);
    size_t size = block && !block->freed_by ? block->size : 0;
    spin_unlock(&shard->lock);
    return size;
}

/* The block that contains `addr`. */
static bool block_around(struct heap *heap, uintptr_t addr, struct block *ret_block)
{
    bool found = false;
    for (uint32_t i = 0; i < HEAP_SHARDS && !found; i++) {
        struct heap_shard *shard = &heap->shards[i];
        spin_lock(&shard->lock);
        for (size_t j = 0; j < shard->capacity; j++) {
            const struct block *block = &shard->blocks[j];
            if (!block->addr || addr < block->addr || addr - block->addr >= block->size)
                continue;
            *ret_block = *block;
            found = true;
            break;
        }
        spin_unlock(&shard->lock);
    }
    return found;
}

/* What has left the quarantine is not known any more. */
uint64_t shadow_block_use(struct shadow *shadow, struct granule *granule, uintptr_t addr)
{
    struct hb *hb = (struct hb *)(void *)((char *)shadow - offsetof(struct hb, shadow));
    uint64_t delta = shadow_delta(shadow, addr >> SHADOW_CHUNK_BITS);
    struct block block;
    if (atomic_exchange_explicit(shadow_mark(delta, addr), SHADOW_USED, memory_order_relaxed) !=
            SHADOW_DEAD ||
        !block_around(&hb->heap, addr, &block) || !block.freed_by)
        return 0;
    uint64_t freed =
        record_make(record_epoch(block.freed_slot, block.freed_clock), HB_FREE, RECORD_BYTES_MASK);
    struct granule *all = shadow_find(shadow, addr & ~(uintptr_t)(SHADOW_BLOCK - 1));
    for (uint32_t i = 0; i < SHADOW_BLOCK / GRANULE_BYTES; i++) {
        if (all + i == granule)
            continue;
        uint64_t word = granule_lock(&all[i]);
        bool empty = word == 0 && all[i].next == 0;
        if (empty)
            all[i].ctx = block.freed_at;
        granule_unlock(&all[i], empty ? freed : word);
    }
    granule->ctx = block.freed_at;
    return freed;
}

bool hb_query_block(struct hb *hb, uintptr_t addr, struct hb_block_info *ret_block)
{
    struct block block;
    if (!block_around(&hb->heap, addr, &block))
        return false;
    *ret_block = (struct hb_block_info){.addr = block.addr,
                                        .size = block.size,
                                        .task = block.task,
                                        .allocated = {block.allocated},
                                        .freed = block.freed_by != 0,
                                        .freed_by = block.freed_by,
                                        .freed_at = {block.freed_at}};
    return true;
}
