/*
 * Timers are kept in 4-ary heaps, one for each worker (the first for other threads too), each with
 * its lock; `first` is when the earliest of a heap is due and is read without it. A heap's entry
 * carries the time, so that moving within it touches no record except to tell it its place.
 *
 * One worker at a time fires a heap's timers. It holds no lock meanwhile; `firing` says which
 * record it is at, for timer_stop, and says it in the heap because the record may be gone as soon
 * as its owner was made ready.
 *
 * Nobody sleeps beyond a timer: the worker that is about to sleep publishes its deadline and then
 * looks at the heaps once more; who starts a timer that is its heap's first puts it there and then
 * looks at the published deadline. One of the two sees the other (Dekker). If nobody sleeps for the
 * timers, an idle worker is asked to: the one that runs may compute for long.
 */
#include "timer.h"

#include <sched.h>
#include <sys/mman.h>

#include "fork.h"
#include "worker.h"

#define HEAPS_MAX 16u
#define HEAP_BYTES_FIRST (16u << 10)

struct entry {
    int64_t when;
    uintptr_t timer; /* bit 0: is told no places */
};
#define CERTAIN ((uintptr_t)1)

#define ARITY 4u
/* So the four children of an entry share a cache line. */
#define ENTRIES_OFFSET (64 - sizeof(struct entry))
_Static_assert(ARITY * sizeof(struct entry) == 64, "the children of an entry are a cache line");

struct heap {
    _Alignas(64) _Atomic int64_t first; /* TIME_NEVER: empty */
    struct lock lock;                   /* guards all but that */
    uint32_t count, room;
    bool running;          /* somebody fires its timers */
    struct timer *firing;  /* at which he is, or NULL */
    struct entry *entries; /* in a mapping of so many bytes: */
    size_t bytes;
};

static struct heap heaps[HEAPS_MAX] = {[0 ... HEAPS_MAX - 1] = {.first = TIME_NEVER}};
/* Until when somebody sleeps for the timers; TIME_NEVER: for ever, or nobody does. */
static _Atomic int64_t sleeping_until = TIME_NEVER;

/* ---- a heap, under its lock ---- */

static void heap_grow(struct heap *heap)
{
    char *old = heap->entries ? (char *)heap->entries - ENTRIES_OFFSET : NULL;
    size_t bytes = old ? heap->bytes * 2 : HEAP_BYTES_FIRST;
    char *map = old ? mremap(old, heap->bytes, bytes, MREMAP_MAYMOVE)
                    : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        fatal_text("runtime: cannot allocate memory for timers");
    heap->entries = (struct entry *)(void *)(map + ENTRIES_OFFSET);
    heap->bytes = bytes;
    heap->room = (uint32_t)((bytes - ENTRIES_OFFSET) / sizeof(struct entry));
}

static inline struct timer *entry_timer(struct entry entry)
{
    return (struct timer *)(entry.timer & ~CERTAIN);
}

static inline void entry_put(struct heap *heap, uint32_t at, struct entry entry)
{
    heap->entries[at] = entry;
    if (!(entry.timer & CERTAIN))
        entry_timer(entry)->place = at + 1;
}

/* Returns where it came to. */
static uint32_t entry_rise(struct heap *heap, uint32_t at, struct entry entry)
{
    while (at) {
        uint32_t above = (at - 1) / ARITY;
        if (heap->entries[above].when <= entry.when)
            break;
        entry_put(heap, at, heap->entries[above]);
        at = above;
    }
    entry_put(heap, at, entry);
    return at;
}

static void entry_sink(struct heap *heap, uint32_t at, struct entry entry)
{
    const struct entry *entries = heap->entries;
    for (;;) {
        uint32_t child = at * ARITY + 1;
        if (child >= heap->count)
            break;
        uint32_t end = heap->count - child < ARITY ? heap->count : child + ARITY;
        uint32_t least = child;
        for (uint32_t i = child + 1; i < end; i++)
            least = entries[i].when < entries[least].when ? i : least;
        if (entries[least].when >= entry.when)
            break;
        entry_put(heap, at, entries[least]);
        at = least;
    }
    entry_put(heap, at, entry);
}

static void heap_tell_first(struct heap *heap)
{
    int64_t first = heap->count ? heap->entries[0].when : TIME_NEVER;
    atomic_store_explicit(&heap->first, first, memory_order_release);
}

/* Returns whether it is the first now. */
static bool heap_insert(struct heap *heap, struct entry entry)
{
    if (heap->count == heap->room)
        heap_grow(heap);
    return entry_rise(heap, heap->count++, entry) == 0;
}

static void heap_remove(struct heap *heap, uint32_t at)
{
    if (!(heap->entries[at].timer & CERTAIN))
        entry_timer(heap->entries[at])->place = 0;
    struct entry last = heap->entries[--heap->count];
    if (at == heap->count)
        return;
    if (at && heap->entries[(at - 1) / ARITY].when > last.when)
        entry_rise(heap, at, last);
    else
        entry_sink(heap, at, last);
}

/* ---- starting and stopping ---- */

static uint32_t heaps_used(void)
{
    return scheduler.procs < HEAPS_MAX ? scheduler.procs : HEAPS_MAX;
}

/* An earlier timer than before was put into a heap. */
static void sleeper_tell(const struct worker *self, int64_t when)
{
    if (scheduler.procs == 1 && self)
        return; /* the only worker is awake: it looks before it sleeps */
    atomic_thread_fence(memory_order_seq_cst);
    if (when < atomic_load(&sleeping_until))
        scheduler_timer_changed();
}

static void start(struct timer *t, int64_t when, void (*fire)(struct timer *t, int64_t now),
                  void *context, uintptr_t tag)
{
    const struct worker *self = worker_self();
    uint32_t index = self ? self->index % HEAPS_MAX : 0;
    struct heap *heap = &heaps[index];
    t->when = when < TIME_NEVER ? when : TIME_NEVER - 1;
    t->fire = fire;
    t->context = context;
    t->heap = index;
    lock_take(&heap->lock);
    bool earliest = heap_insert(heap, (struct entry){.when = t->when, .timer = (uintptr_t)t | tag});
    if (earliest)
        heap_tell_first(heap);
    lock_release(&heap->lock);
    if (earliest)
        sleeper_tell(self, when); /* t may be gone already */
}

void timer_start(struct timer *t, int64_t when, void (*fire)(struct timer *t, int64_t now),
                 void *context)
{
    start(t, when, fire, context, 0);
}

void timer_start_certain(struct timer *t, int64_t when, void (*fire)(struct timer *t, int64_t now),
                         void *context)
{
    start(t, when, fire, context, CERTAIN);
}

bool timer_stop(struct timer *t)
{
    struct heap *heap = &heaps[t->heap];
    bool stopped = false;
    for (unsigned rounds = 0;; rounds++) {
        lock_take(&heap->lock);
        if (t->place) {
            heap_remove(heap, t->place - 1);
            heap_tell_first(heap);
            stopped = true;
        }
        bool firing = heap->firing == t;
        lock_release(&heap->lock);
        if (!firing)
            return stopped;
        if (rounds < 100)
            __asm__ volatile("pause");
        else
            sched_yield();
    }
}

bool timer_reset(struct timer *t, int64_t when)
{
    bool stopped = timer_stop(t);
    timer_start(t, when, t->fire, t->context);
    return stopped;
}

int64_t timer_when(int64_t after)
{
    int64_t when;
    return __builtin_add_overflow(time_now(), after, &when) ? TIME_NEVER : when;
}

/* ---- firing ---- */

/* Takes the first, which is due, or moves it to its next time. */
static struct timer *heap_take_due(struct heap *heap, int64_t now)
{
    struct timer *t = entry_timer(heap->entries[0]);
    if (t->period <= 0) {
        heap_remove(heap, 0);
        return t;
    }
    int64_t missed = (now - t->when) / t->period;
    if (__builtin_add_overflow(t->when, t->period * (missed + 1), &t->when))
        t->when = TIME_NEVER - 1;
    entry_sink(heap, 0, (struct entry){.when = t->when, .timer = (uintptr_t)t});
    return t;
}

static void heap_run(struct heap *heap, int64_t now)
{
    lock_take(&heap->lock);
    if (heap->running) { /* by another worker */
        lock_release(&heap->lock);
        return;
    }
    heap->running = true;
    while (heap->count && heap->entries[0].when <= now) {
        struct timer *t = heap_take_due(heap, now);
        void (*fire)(struct timer *, int64_t) = t->fire;
        heap->firing = t;
        lock_release(&heap->lock);
        fire(t, now);
        lock_take(&heap->lock);
        heap->firing = NULL;
    }
    heap->running = false;
    heap_tell_first(heap);
    lock_release(&heap->lock);
}

static int64_t heaps_first(void)
{
    int64_t first = TIME_NEVER;
    for (uint32_t i = 0, used = heaps_used(); i < used; i++) {
        int64_t one = atomic_load(&heaps[i].first);
        first = one < first ? one : first;
    }
    return first;
}

int64_t timers_run(int64_t now)
{
    for (uint32_t i = 0, used = heaps_used(); i < used; i++)
        if (atomic_load_explicit(&heaps[i].first, memory_order_acquire) <= now)
            heap_run(&heaps[i], now);
    return heaps_first();
}

bool timers_pending(void)
{
    return heaps_first() != TIME_NEVER;
}

/* ---- sleeping for them ---- */

int64_t timers_sleep_begin(int64_t deadline)
{
    atomic_store(&sleeping_until, deadline);
    int64_t first = heaps_first();
    if (first >= deadline)
        return deadline;
    atomic_store(&sleeping_until, first);
    return first;
}

void timers_sleep_end(void)
{
    atomic_store(&sleeping_until, TIME_NEVER);
}

/* ---- fork ---- */

void timers_fork_prepare(void)
{
    for (uint32_t i = 0; i < HEAPS_MAX; i++)
        lock_take(&heaps[i].lock);
}

void timers_fork_parent(void)
{
    for (uint32_t i = 0; i < HEAPS_MAX; i++)
        lock_release(&heaps[i].lock);
}

/* Whom they would wake is gone, or they belong to objects whose locks somebody who is gone may hold. */
void timers_forked(void)
{
    for (uint32_t i = 0; i < HEAPS_MAX; i++) {
        struct heap *heap = &heaps[i];
        for (uint32_t at = 0; at < heap->count; at++)
            if (!(heap->entries[at].timer & CERTAIN))
                entry_timer(heap->entries[at])->place = 0;
        heap->count = 0;
        heap->running = false;
        heap->firing = NULL;
        heap_tell_first(heap);
    }
    timers_sleep_end();
    timers_fork_parent();
}
