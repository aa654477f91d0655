/*
 * shadow: from an address to the head of its granule.
 *
 * The address space is cut into chunks of 16 MB; a chunk's shadow is 32 MB, reserved when its
 * first access comes and committed page by page by the kernel. A flat directory covers 47 bits of
 * address whatever the layout (any ASLR entropy, PIE or not); chunks above (5-level paging) are
 * looked up in the list of all chunks. Nothing is ever moved, so readers take no lock.
 */
#include "hb/engine.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#define CHUNK_SHADOW_BYTES (2 * SHADOW_CHUNK_BYTES)
#define CHUNK_RESERVED (CHUNK_SHADOW_BYTES + SHADOW_MARKS)
#define RECORDS_MAX (UINT32_C(1) << 31)

/* Every chunk that exists. */
struct shadow_chunk {
    uint64_t index, delta;
    struct shadow_chunk *next;
};

void shadow_init(struct shadow *shadow, _Atomic uint64_t *dir, size_t records_bytes_max)
{
    *shadow = (struct shadow){.dir = dir, .dir_borrowed = dir != NULL};
    if (!dir)
        shadow->dir = sys_reserve(sizeof *shadow->dir * SHADOW_DIR_ENTRIES);
    CHECK_MSG(shadow->dir, "cannot reserve address space; raise the limit (ulimit -v)");
    arena_init(&shadow->records, sizeof(struct record), RECORDS_MAX, records_bytes_max,
               "too many concurrent accesses to remember");
}

void shadow_done(struct shadow *shadow)
{
    struct shadow_chunk *chunk = atomic_load_explicit(&shadow->chunks, memory_order_relaxed);
    while (chunk) {
        struct shadow_chunk *next = chunk->next;
        sys_release((void *)(chunk->delta + 2 * (chunk->index << SHADOW_CHUNK_BITS)),
                    CHUNK_RESERVED);
        sys_release(chunk, sizeof *chunk);
        chunk = next;
    }
    if (!shadow->dir_borrowed)
        sys_release(shadow->dir, sizeof *shadow->dir * SHADOW_DIR_ENTRIES);
    arena_done(&shadow->records);
}

uint64_t shadow_delta_far(struct shadow *shadow, uint64_t index)
{
    struct shadow_chunk *chunk = atomic_load_explicit(&shadow->chunks, memory_order_acquire);
    while (chunk && chunk->index != index)
        chunk = chunk->next;
    return chunk ? chunk->delta : 0;
}

/* Publishes a chunk; the lock is held. */
static void chunk_publish(struct shadow *shadow, uint64_t index, uint64_t delta)
{
    struct shadow_chunk *chunk = sys_reserve(sizeof *chunk);
    CHECK_MSG(chunk, "out of memory for shadow memory");
    *chunk = (struct shadow_chunk){index, delta,
                                   atomic_load_explicit(&shadow->chunks, memory_order_relaxed)};
    atomic_store_explicit(&shadow->chunks, chunk, memory_order_release);
    atomic_fetch_add_explicit(&shadow->chunk_count, 1, memory_order_relaxed);
    if (index < SHADOW_DIR_ENTRIES)
        atomic_store_explicit(&shadow->dir[index], delta, memory_order_release);
}

uint64_t shadow_chunk_create(struct shadow *shadow, uint64_t index)
{
    spin_lock(&shadow->lock);
    uint64_t delta = shadow_delta(shadow, index);
    if (!delta) {
        void *memory = sys_reserve(CHUNK_RESERVED);
        CHECK_MSG(memory, "cannot reserve shadow memory; raise the limit (ulimit -v)");
        delta = (uint64_t)memory - 2 * (index << SHADOW_CHUNK_BITS);
        CHECK(delta != 0);
        chunk_publish(shadow, index, delta);
    }
    spin_unlock(&shadow->lock);
    return delta;
}

void hb_range_expect(struct hb *hb, uintptr_t addr, size_t size)
{
    uint64_t last = (addr + size - 1) >> SHADOW_CHUNK_BITS;
    for (uint64_t index = addr >> SHADOW_CHUNK_BITS; size && index <= last; index++)
        if (!shadow_delta(&hb->shadow, index))
            shadow_chunk_create(&hb->shadow, index);
}

/* ---- ranges ---- */

#define VECTOR_PAGES 1024u

static char *page_up(char *p)
{
    return (char *)(((uintptr_t)p + SHADOW_PAGE - 1) & ~(uintptr_t)(SHADOW_PAGE - 1));
}

/* Visits the pages of shadow in [low, high) that were ever committed; addr is that of `low`. */
static void pages_visit(struct hb_task *task, char *low, char *high, uintptr_t addr,
                        granules_visitor *visit, void *arg)
{
    unsigned char resident[VECTOR_PAGES];
    for (char *at = low; at < high; at += (size_t)VECTOR_PAGES * SHADOW_PAGE) {
        size_t pages = (size_t)(high - at) / SHADOW_PAGE;
        if (pages > VECTOR_PAGES)
            pages = VECTOR_PAGES;
        long failed = sys_call3(SYS_mincore, (long)at, (long)(pages * SHADOW_PAGE), (long)resident);
        for (size_t page = 0; page < pages; page++) {
            char *memory = at + page * SHADOW_PAGE;
            if (failed || (resident[page] & 1))
                visit(task, (struct granule *)memory, SHADOW_PAGE / sizeof(struct granule),
                      addr + (uintptr_t)(memory - low) / 2, arg);
        }
    }
}

/* The part of [addr, end) that lies in addr's chunk ends here. */
static uintptr_t chunk_part_end(uintptr_t addr, uintptr_t end)
{
    uintptr_t chunk_end = (addr | (SHADOW_CHUNK_BYTES - 1)) + 1;
    return chunk_end < end ? chunk_end : end;
}

/* Where the next marked block begins, in one chunk; `end` if there is none. */
static uintptr_t marked_next(uint64_t delta, uintptr_t addr, uintptr_t end)
{
    while (addr < end) {
        const _Atomic uint8_t *mark = shadow_mark(delta, addr);
        if ((uintptr_t)mark % sizeof(uint64_t) == 0 && *(const uint64_t *)(uintptr_t)mark == 0)
            addr = (addr | (sizeof(uint64_t) * SHADOW_BLOCK - 1)) + 1;
        else if (atomic_load_explicit(mark, memory_order_relaxed) == SHADOW_FRESH)
            addr = (addr | (SHADOW_BLOCK - 1)) + 1;
        else
            return addr;
    }
    return end;
}

/* Within one chunk. */
static void chunk_visit(struct hb_task *task, uint64_t delta, uintptr_t addr, uintptr_t end,
                        bool last, granules_visitor *visit, void *arg)
{
    while ((addr = marked_next(delta, addr, end)) < end) {
        uintptr_t next = (addr | (SHADOW_BLOCK - 1)) + 1;
        bool whole = next <= end && addr % SHADOW_BLOCK == 0;
        if (next > end)
            next = end;
        _Atomic uint8_t *mark = shadow_mark(delta, addr);
        bool dead = atomic_load_explicit(mark, memory_order_relaxed) == SHADOW_DEAD;
        if (last && whole)
            atomic_store_explicit(mark, SHADOW_FRESH, memory_order_relaxed);
        else if (last && dead) /* what is left of it is no freed block any more */
            atomic_store_explicit(mark, SHADOW_USED, memory_order_relaxed);
        if (!dead)
            visit(task, (struct granule *)(delta + 2 * addr), (next - addr) / GRANULE_BYTES, addr,
                  arg);
        addr = next;
    }
}

static void range_visit(struct hb_task *task, uintptr_t addr, size_t size, bool last,
                        granules_visitor *visit, void *arg)
{
    for (uintptr_t end = addr + size, next; addr < end; addr = next) {
        next = chunk_part_end(addr, end);
        uint64_t delta = shadow_delta(&task->hb->shadow, addr >> SHADOW_CHUNK_BITS);
        if (delta)
            chunk_visit(task, delta, addr, next, last, visit, arg);
    }
}

void shadow_visit(struct hb_task *task, uintptr_t addr, size_t size, granules_visitor *visit,
                  void *arg)
{
    range_visit(task, addr, size, false, visit, arg);
}

void shadow_visit_last(struct hb_task *task, uintptr_t addr, size_t size, granules_visitor *visit)
{
    range_visit(task, addr, size, true, visit, NULL);
}

void shadow_visit_all(struct hb_task *task, granules_visitor *visit, void *arg)
{
    struct shadow_chunk *chunk =
        atomic_load_explicit(&task->hb->shadow.chunks, memory_order_acquire);
    for (; chunk; chunk = chunk->next) {
        uintptr_t addr = chunk->index << SHADOW_CHUNK_BITS;
        char *memory = (char *)(chunk->delta + 2 * addr);
        pages_visit(task, memory, memory + CHUNK_SHADOW_BYTES, addr, visit, arg);
    }
}

void shadow_discard(struct shadow *shadow, uintptr_t addr, size_t size)
{
    for (uintptr_t end = addr + size, next; addr < end; addr = next) {
        next = chunk_part_end(addr, end);
        char *low = (char *)shadow_find(shadow, addr);
        if (!low)
            continue;
        char *page_low = page_up(low);
        char *page_high = page_up(low + 2 * (next - addr) + 1) - SHADOW_PAGE;
        if (page_low < page_high) /* pages that were swapped out read as zero, too */
            sys_discard(page_low, (size_t)(page_high - page_low));
    }
}
