/*
 * calm: when a second worker costs more than it does. Two cases, and one remedy.
 *
 * - It is woken for goroutines that run for a moment and wait again, so it sleeps again at once.
 * Waking and sleeping are system calls, tens of times as dear as what it was woken for.
 * - It and others meet at the same locks all the time. Passing a lock and what it guards from
 * processor to processor takes longer than what is done under it.
 *
 * The remedy: the worker whose goroutines these are is left alone (`calm`) for a while: what it
 * makes runnable calls nobody, and nobody steals from it. At locks, the worker with the higher
 * number first hands its goroutines over to the other. Each time that the same is found again right
 * after, the while doubles, from some hundred microseconds to a few milliseconds; so what trying
 * again costs is a few percent. Finding enough to do halves it. The monitor ends it when the time
 * is over, or when the worker comes to compute.
 *
 * Time is the processor's counter: only ratios and rough lengths matter.
 */
#include "policy.h"
#include "worker.h"

#define TICKS_US UINT64_C(2500) /* about so many in a microsecond */
#define WINDOW (20 * TICKS_US)
#define WORTH (20 * TICKS_US)
#define WHILE_FIRST (200 * TICKS_US)
#define WHILE_MOST (6400 * TICKS_US)

static uint64_t ticks(void)
{
    return __builtin_ia32_rdtsc();
}

static void calm_begin(struct worker *v, uint64_t now)
{
    uint64_t length = 2 * __atomic_load_n(&v->calm_length, __ATOMIC_RELAXED);
    length = length < WHILE_FIRST ? WHILE_FIRST : length > WHILE_MOST ? WHILE_MOST : length;
    __atomic_store_n(&v->calm_length, length, __ATOMIC_RELAXED);
    __atomic_store_n(&v->calm_until, now + length, __ATOMIC_RELAXED);
    atomic_store_explicit(&v->calm, CALM_COUNT, memory_order_relaxed);
}

void calm_end(struct worker *w)
{
    atomic_store_explicit(&w->calm, 0, memory_order_relaxed);
    struct goroutine *g;
    for (unsigned i = 0; i < RING_SIZE && (g = queue_inbox_take(w)); i++) {
        if (g->pinned)
            queue_inbox_push(w, g);
        else
            queue_global_push(g, g, 1);
    }
}

NOINLINE bool calm_goes_on(struct worker *w)
{
    bool on = (int64_t)(__atomic_load_n(&w->calm_until, __ATOMIC_RELAXED) - ticks()) > 0;
    atomic_store_explicit(&w->calm, on ? CALM_COUNT : 0, memory_order_relaxed);
    return on;
}

/* ---- woken for nothing ---- */

void calm_awake(struct worker *w)
{
    w->awake_since = ticks();
    w->robbed = NULL;
}

void calm_asleep(struct worker *w)
{
    struct worker *robbed = w->robbed;
    if (!robbed)
        return;
    uint64_t now = ticks();
    uint64_t length = __atomic_load_n(&robbed->calm_length, __ATOMIC_RELAXED);
    if (now - w->awake_since < WORTH)
        calm_begin(robbed, now);
    else
        __atomic_store_n(&robbed->calm_length, length / 2, __ATOMIC_RELAXED);
}

/* ---- crowds at locks ---- */

void calm_spun(struct worker *w, uint64_t since)
{
    uint64_t now = ticks();
    uint64_t elapsed = now - __atomic_load_n(&w->spun_since, __ATOMIC_RELAXED);
    w->spun += now - since;
    if (elapsed < WINDOW)
        return;
    w->crowded = 4 * w->spun > elapsed;
    w->spun = 0;
    __atomic_store_n(&w->spun_since, now, __ATOMIC_RELAXED);
}

/* Who met w at those locks, probably. */
static struct worker *crowd_other(const struct worker *w, uint64_t now)
{
    for (unsigned i = 0; i < w->index; i++) {
        struct worker *other = scheduler.workers[i];
        if (now - __atomic_load_n(&other->spun_since, __ATOMIC_RELAXED) < 4 * WINDOW)
            return other;
    }
    return NULL;
}

void calm_gather(struct worker *w)
{
    uint64_t now = ticks();
    w->crowded = false;
    struct worker *other = crowd_other(w, now);
    if (!other || scheduler_policy)
        return;
    calm_begin(other, now);
    w->robbed = NULL;
    struct goroutine *g;
    while ((g = queue_take(w)))
        if (g->pinned)
            ready_elsewhere(g);
        else
            queue_inbox_push(other, g);
    worker_wake(other);
}
