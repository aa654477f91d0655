/*
 * cache: what a thread keeps at hand of things that all threads share: free records and free nodes
 * of clocks. A task that no thread is has none of its own: it uses that of whoever acts for it
 * (hb_task_lend), or the one that keeps nothing, which any number of threads may use at once.
 */
#include <stddef.h>
#include <string.h>

#include "hb/engine.h"

/* ---- records ---- */

static void record_return(struct arena *records, struct hb_cache *cache)
{
    uint32_t index = cache->records_free;
    cache->records_free = ((struct record *)arena_at(records, index))->next;
    cache->records_count--;
    arena_free(records, index);
}

HB_SLOW uint32_t record_alloc_shared(struct hb_task *task)
{
    return arena_alloc(&task->hb->shadow.records);
}

/* The cache is full, or keeps nothing. */
HB_SLOW void record_free_shared(struct hb_task *task, uint32_t index)
{
    struct arena *records = &task->hb->shadow.records;
    arena_free(records, index);
    for (uint32_t i = 0; i < RECORD_BATCH && task->cache->records_free; i++)
        record_return(records, task->cache);
}

/* ---- life ---- */

struct hb_cache *cache_create(struct hb *hb)
{
    uint32_t index = arena_alloc(&hb->caches);
    struct hb_cache *cache = arena_at(&hb->caches, index);
    memset(cache, 0, offsetof(struct hb_cache, contexts)); /* those of a former one still hold */
    cache->index = index;
    cache->cursors = 1;
    cache->clocks = (struct clock_pool){.depot = &hb->clocks, .keeps = true};
    cache->records_max = 2 * RECORD_BATCH;
    return cache;
}

static void cache_destroy(struct hb *hb, struct hb_cache *cache)
{
    clock_pool_drain(&cache->clocks);
    while (cache->records_free)
        record_return(&hb->shadow.records, cache);
    arena_free(&hb->caches, cache->index);
}

void hb_cursor_done(struct hb *hb, struct hb_cursor *cursor)
{
    if (cursor->cache && --cursor->cache->cursors == 0)
        cache_destroy(hb, cursor->cache);
    cursor->cache = NULL;
}

void hb_cursor_share(struct hb_cursor *cursor, const struct hb_cursor *with)
{
    if (cursor->cache || !with->cache)
        return;
    cursor->cache = with->cache;
    cursor->cache->cursors++;
}

void hb_task_lend(struct hb_task *task, struct hb_cursor *cursor)
{
    if (!task->cursor)
        task->cache = cursor && cursor->cache ? cursor->cache : &task->hb->no_cache;
}
