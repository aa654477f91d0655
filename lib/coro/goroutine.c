/*
 * Goroutine records: made in chunks that stay for ever, so that a dump can walk all of them at any
 * moment, even in a signal handler; recycled through a pool, whose link is in place of `sp`.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fork.h"
#include "worker.h"

#define CHUNK_BYTES (256u << 10)
#define ID_BATCH 16u

struct chunk {
    struct chunk *next;
    struct goroutine records[];
};
#define CHUNK_RECORDS ((CHUNK_BYTES - sizeof(struct chunk)) / sizeof(struct goroutine))

_Static_assert(sizeof(struct goroutine) <= 256, "a blocked goroutine is to cost little");

static _Atomic(struct chunk *) chunks;
static _Atomic uint64_t next_id = 1;
static struct pool records;
FORK_LOCK(records_fork_lock, records.lock);

static const char *const reason_words[] = {
#define WAIT(name, words) [WAIT_##name] = words,
#include "wait_reasons.def"
#undef WAIT
};

const char *wait_reason_words(enum wait_reason reason)
{
    return reason < WAIT_COUNT ? reason_words[reason] : "";
}

static inline uint64_t id_new(struct worker *w)
{
    if (UNLIKELY(!w))
        return atomic_fetch_add(&next_id, 1);
    if (UNLIKELY(w->id_next == w->id_end)) {
        w->id_next = atomic_fetch_add(&next_id, ID_BATCH);
        w->id_end = w->id_next + ID_BATCH;
    }
    return w->id_next++;
}

uint64_t goroutine_new_id(struct worker *w)
{
    return id_new(w);
}

__attribute__((weak)) void __lsan_register_root_region(const void *low, size_t size);

static bool records_more(void)
{
    struct chunk *chunk = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (chunk == MAP_FAILED)
        return false;
    if (__lsan_register_root_region) /* what only a goroutine's record points at is no leak */
        __lsan_register_root_region(chunk, CHUNK_BYTES);
    chunk->next = atomic_load(&chunks);
    while (!atomic_compare_exchange_weak(&chunks, &chunk->next, chunk))
        ;
    pool_stock(&records, chunk->records, sizeof chunk->records[0], CHUNK_RECORDS);
    return true;
}

static inline struct goroutine *record_begun(struct worker *w, struct goroutine *g)
{
    atomic_store_explicit(&g->sp, NULL, memory_order_relaxed);
    g->id = id_new(w);
    return g;
}

static NOINLINE struct goroutine *record_take_more(struct worker *w)
{
    struct goroutine *g;
    while (!(g = pool_take(&records, w ? &w->records : NULL)))
        if (!records_more())
            return NULL;
    return record_begun(w, g);
}

struct goroutine *goroutine_take_record(struct worker *w)
{
    struct goroutine *g = LIKELY(w != NULL) ? pool_take_own(&w->records) : NULL;
    return LIKELY(g != NULL) ? record_begun(w, g) : record_take_more(w);
}

/* In four parts: for all at once compilers choose "rep stos", which takes longer to begin. */
static inline void words_clear(uint64_t *words)
{
    enum { WORDS = sizeof(struct goroutine) / sizeof *words };
    _Static_assert(WORDS > 24 && sizeof(struct goroutine) % sizeof *words == 0, "cleared by words");
    memset(words, 0, 8 * sizeof *words);
    memset(words + 8, 0, 8 * sizeof *words);
    memset(words + 16, 0, 8 * sizeof *words);
    memset(words + 24, 0, (WORDS - 24) * sizeof *words);
}

/* All is cleared; its state first, for dumps. */
void goroutine_give_record(struct worker *w, struct goroutine *g)
{
    atomic_store_explicit(&g->state, GOROUTINE_FREE, memory_order_release);
    if (UNLIKELY(g->name != NULL))
        free(g->name);
    words_clear((uint64_t *)(void *)g);
    pool_give(&records, w ? &w->records : NULL, g);
}

void goroutine_each(void (*visit)(struct goroutine *g, void *context), void *context)
{
    for (struct chunk *chunk = atomic_load(&chunks); chunk; chunk = chunk->next)
        for (size_t i = 0; i < CHUNK_RECORDS; i++)
            if (atomic_load_explicit(&chunk->records[i].state, memory_order_acquire) !=
                GOROUTINE_FREE)
                visit(&chunk->records[i], context);
}

/* ---- oneself ---- */

struct goroutine *goroutine_self(void)
{
    struct worker *w = worker_self();
    if (LIKELY(w != NULL))
        return w->current;
    return guest_self();
}

/* __errno_location is declared const: the compiler must not take this for that, too. */
NOINLINE int *rgo_errno(void)
{
    __asm__ volatile("");
    return __errno_location();
}

uint64_t rgo_id(void)
{
    return goroutine_self()->id;
}

const char *rgo_name(void)
{
    const char *name = goroutine_self()->name;
    return name ? name : "";
}

void rgo_name_set(const char *name)
{
    struct goroutine *g = goroutine_self();
    free(g->name);
    g->name = name ? strndup(name, 63) : NULL;
    HOOK(task_name(g->task, name ? name : ""));
}

int rgo_launch_error(void)
{
    return goroutine_self()->launch_error;
}
