/*
 * alloc: malloc and its kin (P12).
 *
 * The real allocator is reached by its private names (__libc_malloc ...), which need no symbol
 * lookup and so work from the first instruction on. Order of the work: the engine hears of a block
 * after the real allocation and of its end before the real free, so no other thread can be given
 * the bytes in between. The engine may keep a freed block back (quarantine); blocks that leave
 * the quarantine are freed outside the runtime, chained through their own first word: the real
 * free may abort on a corrupted heap, and the program's SIGABRT handler must then run.
 *
 * A block of no bytes counts as one of one byte, so that the engine knows it by its address.
 */
#include "interpose/alloc.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "interpose/access.h"
#include "interpose/image.h"
#include "interpose/signal_safety.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *__libc_valloc(size_t size);
void *__libc_pvalloc(size_t size);
void __libc_free(void *block);

enum {
    PAGE_SIZE_4K = 4096,
    WRITE_MAX = 16 << 20, /* what calloc and realloc record of the bytes that they fill in */
};

static const char ALLOCATED[] = "memory allocated"; /* by a signal handler */

/* Tells the engine of a fresh block. */
static void *block_born(void *block, size_t size, uintptr_t pc)
{
    if (!block)
        return NULL;
    struct hb_task *task = rt_enter();
    if (task) {
        hb_heap_alloc(task, (uintptr_t)block, size ? size : 1, pc);
        rt_leave();
    }
    return block;
}

/* ---- the end of blocks ---- */

struct evicted {
    struct evicted *next;
};

static void evict(void *chain, uintptr_t addr)
{
    struct evicted **head = chain;
    struct evicted *block = (struct evicted *)addr;
    block->next = *head;
    *head = block;
}

static void free_evicted(struct evicted *chain)
{
    while (chain) {
        struct evicted *next = chain->next;
        __libc_free(chain);
        chain = next;
    }
}

/* Tells the engine of the end of a block; true when the block is ours to release now. */
static bool block_dies(void *block, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return true;
    struct evicted *chain = NULL;
    enum hb_free_result result =
        hb_heap_free(task, (uintptr_t)block, pc, rt_instrumented(pc), evict, &chain);
    rt_leave();
    free_evicted(chain);
    return result == HB_FREE_NOW || result == HB_FREE_UNKNOWN;
}

static void block_free(void *block, uintptr_t pc)
{
    if (block)
        handler_calls("memory freed", pc);
    if (block && block_dies(block, pc))
        __libc_free(block);
}

static void *block_new(size_t size, uintptr_t pc)
{
    handler_calls(ALLOCATED, pc);
    return block_born(__libc_malloc(size), size, pc);
}

static void *block_new_aligned(size_t alignment, size_t size, uintptr_t pc)
{
    handler_calls(ALLOCATED, pc);
    return block_born(__libc_memalign(alignment, size), size, pc);
}

/* What was asked for; 0 for a block that the engine does not know as live. */
static size_t block_size(const void *block)
{
    struct hb_task *task = block ? rt_enter() : NULL;
    if (!task)
        return 0;
    size_t size = hb_heap_size(rt_hb, (uintptr_t)block);
    rt_leave();
    return size;
}

INTERCEPT(void *, malloc, (size_t size))
{
    return block_new(size, RT_CALLER);
}

/* ---- for other interceptors: what they allocate the program frees, with its own free if it has
 * one. Only the program itself comes before us in the lookup order. ---- */

typedef void *malloc_fn(size_t size);

static malloc_fn *program_malloc(void)
{
    static _Atomic(malloc_fn *) known; /* its malloc, or ours */
    malloc_fn *function = atomic_load_explicit(&known, memory_order_relaxed);
    if (__builtin_expect(!function, 0)) {
        struct image program;
        const struct link_map *map = _r_debug.r_map;
        if (map && image_read(&program, map->l_addr, map->l_ld))
            function = (malloc_fn *)image_symbol(&program, "malloc");
        if (!function)
            function = rt_entry_malloc;
        atomic_store(&known, function);
    }
    return function;
}

bool alloc_is_ours(void)
{
    return program_malloc() == rt_entry_malloc;
}

void *alloc_block(size_t size, uintptr_t pc)
{
    return alloc_is_ours() ? block_new(size, pc) : program_malloc()(size);
}

void *alloc_aligned(size_t alignment, size_t size, uintptr_t pc)
{
    return block_new_aligned(alignment, size, pc);
}

/* ---- allocation ---- */

/* Zeroing is a write by the caller. Of a large block the kernel's zero pages are not touched, and
 * programs rely on that (sparse tables): only its beginning is recorded (WRITE_MAX). */
INTERCEPT(void *, calloc, (size_t count, size_t size))
{
    handler_calls(ALLOCATED, RT_CALLER);
    size_t total = count * size;
    void *block = block_born(__libc_calloc(count, size), total, RT_CALLER);
    if (block)
        ACCESSES(WRITES(block, total < WRITE_MAX ? total : WRITE_MAX));
    return block;
}

INTERCEPT(void *, memalign, (size_t alignment, size_t size))
{
    return block_new_aligned(alignment, size, RT_CALLER);
}

INTERCEPT(void *, aligned_alloc, (size_t alignment, size_t size))
{
    return block_new_aligned(alignment, size, RT_CALLER);
}

INTERCEPT(void *, valloc, (size_t size))
{
    handler_calls(ALLOCATED, RT_CALLER);
    return block_born(__libc_valloc(size), size, RT_CALLER);
}

INTERCEPT(void *, pvalloc, (size_t size))
{
    handler_calls(ALLOCATED, RT_CALLER);
    size_t rounded = (size + PAGE_SIZE_4K - 1) & ~(size_t)(PAGE_SIZE_4K - 1);
    return block_born(__libc_pvalloc(size), rounded, RT_CALLER);
}

INTERCEPT(int, posix_memalign, (void **ret_block, size_t alignment, size_t size))
{
    if (alignment % sizeof(void *) || !alignment || (alignment & (alignment - 1)))
        return EINVAL;
    int saved = errno; /* the result tells, errno stays */
    void *block = block_new_aligned(alignment, size, RT_CALLER);
    errno = saved;
    if (!block)
        return ENOMEM;
    *ret_block = block;
    ACCESSES(WRITES(ret_block, sizeof *ret_block));
    return 0;
}

/* ---- reallocation: the old block dies, a new one is born ---- */

/* A block that the engine does not know as live. */
static void *realloc_unknown(void *old, size_t size, uintptr_t pc)
{
    handler_calls(ALLOCATED, pc);
    if (!block_dies(old, pc)) /* it is dead already, which has been reported */
        return block_new(size, pc);
    return block_born(__libc_realloc(old, size), size, pc);
}

/* The old bytes are read, but whatever conflicts with that conflicts with their end, too. */
static void *realloc_known(void *old, size_t old_size, size_t size, uintptr_t pc)
{
    void *block = block_new(size, pc);
    if (!block)
        return NULL;
    size_t kept = old_size < size ? old_size : size;
    struct hb_task *task = access_enter(pc);
    if (task) {
        rt_range(task, block, kept < WRITE_MAX ? kept : WRITE_MAX, HB_WRITE, pc);
        rt_leave();
    }
    __builtin_memcpy(block, old, kept);
    block_free(old, pc);
    return block;
}

static void *reblock_new(void *old, size_t size, uintptr_t pc)
{
    if (!old)
        return block_new(size, pc);
    if (!size) { /* glibc frees */
        block_free(old, pc);
        return NULL;
    }
    size_t old_size = block_size(old);
    return old_size ? realloc_known(old, old_size, size, pc) : realloc_unknown(old, size, pc);
}

INTERCEPT(void *, realloc, (void *old, size_t size))
{
    return reblock_new(old, size, RT_CALLER);
}

/* reallocarray reaches realloc by a jump, which keeps the caller's place. */

/* ---- the rest ---- */

INTERCEPT(void, free, (void *block))
{
    block_free(block, RT_CALLER);
}

/* What was asked for, although glibc has a few more bytes: those are unknown to the engine, so a
 * program that made use of them would be seen to race with the bytes' past. */
INTERCEPT(size_t, malloc_usable_size, (void *block))
{
    size_t size = block_size(block);
    return size ? size : REAL(malloc_usable_size)(block);
}
