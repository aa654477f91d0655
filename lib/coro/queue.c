/*
 * Run queues. The ring is the owner's at its tail; owner and thieves advance the head by
 * compare-exchange. Alone (RGO_PROCS=1) nobody steals and plain stores do. Goroutines that are
 * pinned to another worker never stay in a ring: whoever comes upon one puts it into that worker's
 * inbox.
 */
#include "worker.h"

/* ---- global ---- */

void queue_global_push(struct goroutine *first, struct goroutine *last, size_t count)
{
    last->next = NULL;
    lock_take(&scheduler.global_lock);
    if (scheduler.global_last)
        scheduler.global_last->next = first;
    else
        scheduler.global_first = first;
    scheduler.global_last = last;
    atomic_fetch_add(&scheduler.global_count, count);
    lock_release(&scheduler.global_lock);
}

/* One to run; a fair share of the others goes into w's ring. */
struct goroutine *queue_global_take(struct worker *w)
{
    if (!atomic_load_explicit(&scheduler.global_count, memory_order_acquire))
        return NULL;
    lock_take(&scheduler.global_lock);
    size_t count = atomic_load_explicit(&scheduler.global_count, memory_order_relaxed);
    size_t share = count / scheduler.procs + 1;
    if (share > RING_SIZE / 2)
        share = RING_SIZE / 2;
    uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed);
    uint32_t head = atomic_load_explicit(&w->head, memory_order_acquire);
    struct goroutine *taken = scheduler.global_first;
    struct goroutine *rest = taken ? taken->next : NULL;
    size_t moved = taken ? 1 : 0;
    while (rest && moved < share && tail - head < RING_SIZE) {
        struct goroutine *after = rest->next;
        atomic_store_explicit(&w->ring[tail % RING_SIZE], rest, memory_order_relaxed);
        tail++;
        rest = after;
        moved++;
    }
    atomic_store_explicit(&w->tail, tail, memory_order_release);
    scheduler.global_first = rest;
    if (!rest)
        scheduler.global_last = NULL;
    atomic_fetch_sub(&scheduler.global_count, moved);
    lock_release(&scheduler.global_lock);
    return taken;
}

/* ---- the ring ---- */

/* What does not fit goes to the end of the global queue. While there is something in that, so does
 * one in SHARE_PUSHES that would fit, or the ones there would only rarely find room in a ring. What
 * is in the ring stays until it is run: if half of a full ring were spilled, as is often done, then
 * with more than a ring full of goroutines that yield some would go round for ever without being
 * run. */
void queue_push_slow(struct worker *w, struct goroutine *g)
{
    uint32_t head = atomic_load_explicit(&w->head, memory_order_acquire);
    uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed);
    if (tail - head >= RING_SIZE || ++w->pushes % SHARE_PUSHES == 0) {
        queue_global_push(g, g, 1);
        return;
    }
    atomic_store_explicit(&w->ring[tail % RING_SIZE], g, memory_order_relaxed);
    atomic_store_explicit(&w->tail, tail + 1, memory_order_release);
}

/* ---- stealing ---- */

static struct goroutine *next_up_steal(struct worker *victim)
{
    if (!atomic_load_explicit(&victim->next_up, memory_order_relaxed))
        return NULL;
    return atomic_exchange_explicit(&victim->next_up, NULL, memory_order_acquire);
}

struct goroutine *queue_steal(struct worker *w, struct worker *victim, bool hard)
{
    for (;;) {
        uint32_t head = atomic_load_explicit(&victim->head, memory_order_acquire);
        uint32_t tail = atomic_load_explicit(&victim->tail, memory_order_acquire);
        uint32_t count = tail - head;
        if (count > RING_SIZE)
            continue; /* the two were not read at one moment */
        count -= count / 2;
        if (!count)
            return hard ? next_up_steal(victim) : NULL;
        /* w's ring is empty: it has room for them, and nobody else fills it. */
        uint32_t mine = atomic_load_explicit(&w->tail, memory_order_relaxed);
        struct goroutine *first =
            atomic_load_explicit(&victim->ring[head % RING_SIZE], memory_order_relaxed);
        for (uint32_t i = 1; i < count; i++)
            atomic_store_explicit(
                &w->ring[(mine + i - 1) % RING_SIZE],
                atomic_load_explicit(&victim->ring[(head + i) % RING_SIZE], memory_order_relaxed),
                memory_order_relaxed);
        if (!atomic_compare_exchange_strong(&victim->head, &head, head + count))
            continue;
        atomic_store_explicit(&w->tail, mine + count - 1, memory_order_release);
        return first;
    }
}

/* ---- inbox ---- */

void queue_inbox_push(struct worker *w, struct goroutine *g)
{
    g->next = NULL;
    lock_take(&w->inbox_lock);
    if (w->inbox_last)
        w->inbox_last->next = g;
    else
        w->inbox_first = g;
    w->inbox_last = g;
    atomic_store(&w->inbox_any, true);
    lock_release(&w->inbox_lock);
}

struct goroutine *queue_inbox_take(struct worker *w)
{
    if (!atomic_load_explicit(&w->inbox_any, memory_order_acquire))
        return NULL;
    lock_take(&w->inbox_lock);
    struct goroutine *g = w->inbox_first;
    if (g) {
        w->inbox_first = g->next;
        if (!w->inbox_first) {
            w->inbox_last = NULL;
            atomic_store(&w->inbox_any, false);
        }
    }
    lock_release(&w->inbox_lock);
    return g;
}
