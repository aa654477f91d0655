/*
 * Stacks. A stack is bound to a goroutine at its first run and given back at its end, to the
 * worker's own few, then to the common list. Stacks of the default size come from slabs, others
 * have a mapping of their own.
 *
 * In the common list they keep their memory at first: most programs that had so many goroutines
 * will have them again, and to give a page back and to get it anew takes longer than all the rest
 * of a goroutine's life. What was not needed for a whole TRIM_NS, above STACKS_WARM, is given back
 * to the kernel, some TRIM_BATCH at a time: by a worker that has nothing to do (it wakes up for
 * that once more), by the monitor, and now and then by who gives a stack back. So a process that
 * once had a million goroutines is small again a second or two later, unless its only worker
 * computes all the while without ending a goroutine or waiting. The addresses stay reserved.
 *
 * Below each stack is a guard. MADV_GUARD_INSTALL (Linux 6.13) costs no mapping; before that each
 * guard is one and parts another, and the kernel allows about 65,530 in a process. Some are left to
 * the program and to mmap, which fails altogether at the limit. The stacks above that have a word
 * instead that is looked at when the goroutine ends (stack_give).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "annotate.h"
#include "fork.h"
#include "worker.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

#define PAGE 4096u
#define GUARD_SIZE (8 * PAGE) /* a function with a large frame might step over a small one */
#define SLAB_STACKS 64u
#define WORKER_STACKS 64u /* kept by a worker */
#define STACKS_WARM 256u  /* kept with their memory by all, for ever */
#define TRIM_NS INT64_C(500000000)
#define TRIM_BATCH 128u
#define TRIM_GIVES 1024u /* of so many stacks that come one looks whether it is time */
#define STACK_MIN (4 * PAGE)
#define MAPPINGS_USUAL 65530
#define MAPPINGS_LEFT 4096 /* to others */
#define STACK_DEFAULT (64u << 10)
#define STACK_DEFAULT_MOST ((size_t)1 << 40) /* as a slab is to fit into the address space */
#define CANARY UINT64_C(0x5afe57ac4ca9a41e)

/* A free stack that keeps its memory: at its top, which was in use and is warm. */
struct stack_free {
    struct stack_free *next;
    struct stack stack;
};

static struct {
    struct lock lock;
    struct stack_free *free; /* with memory */
    _Atomic unsigned free_count;
    unsigned free_least; /* since this period began */
    unsigned trim_left;  /* so many were not needed in the one before */
    unsigned gives;
    int64_t period_begin; /* 0: none */
    struct stack *cold;   /* without: an array, in no particular order */
    size_t cold_count, cold_capacity;
    char *slab; /* what is left of the newest */
    unsigned slab_left;
    _Atomic bool no_madvise, told;
    _Atomic long guards_mapped; /* of those that are mappings */
    size_t default_size;
} stacks;
FORK_LOCK(stacks_fork_lock, stacks.lock);

static size_t page_round(size_t size)
{
    return (size + PAGE - 1) & ~(size_t)(PAGE - 1);
}

/* "64K", "1M", "2G" or bytes; 0 when it is none of these, or absurd. */
static size_t size_parse(const char *text)
{
    if (*text < '0' || *text > '9')
        return 0;
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    unsigned shift = 0;
    switch (*end) {
    case 'k':
    case 'K':
        shift = 10;
        break;
    case 'm':
    case 'M':
        shift = 20;
        break;
    case 'g':
    case 'G':
        shift = 30;
        break;
    }
    if (end[shift != 0] || value > STACK_DEFAULT_MOST >> shift)
        return 0;
    return (size_t)value << shift;
}

size_t stack_default_size(void)
{
    if (!stacks.default_size) {
        const char *text = getenv("RGO_STACK");
        size_t size = text ? size_parse(text) : STACK_DEFAULT;
        stacks.default_size = size < STACK_MIN ? STACK_DEFAULT : page_round(size);
    }
    return stacks.default_size;
}

static void no_guard_tell(void)
{
    static const char text[] = "racerun-go: no more guard pages (the kernel's limit of mappings, "
                               "vm.max_map_count): further "
                               "stacks are checked only when their goroutine ends\n";
    if (atomic_exchange(&stacks.told, true))
        return;
    ssize_t ignored = write(2, text, sizeof text - 1);
    (void)ignored;
}

/* How many guards there may be that are mappings. */
static long guards_allowed(void)
{
    static _Atomic long allowed;
    long known = atomic_load_explicit(&allowed, memory_order_relaxed);
    if (known)
        return known;
    char text[24] = "";
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    long mappings = got > 0 ? strtol(text, NULL, 10) : MAPPINGS_USUAL;
    known = mappings > MAPPINGS_LEFT + 2 ? (mappings - MAPPINGS_LEFT) / 2 : 1;
    atomic_store_explicit(&allowed, known, memory_order_relaxed);
    return known;
}

static bool guard_map(char *guard)
{
    if (atomic_fetch_add(&stacks.guards_mapped, 1) < guards_allowed() &&
        mprotect(guard, GUARD_SIZE, PROT_NONE) == 0)
        return true;
    atomic_fetch_sub(&stacks.guards_mapped, 1);
    return false;
}

/* The guard below `low`; false: none to be had. */
static bool guard_install(char *low)
{
    char *guard = low - GUARD_SIZE;
    if (!atomic_load_explicit(&stacks.no_madvise, memory_order_relaxed)) {
        if (madvise(guard, GUARD_SIZE, MADV_GUARD_INSTALL) == 0)
            return true;
        atomic_store(&stacks.no_madvise, true);
    }
    if (guard_map(guard))
        return true;
    no_guard_tell();
    return false;
}

void stack_guards_mapped(void)
{
    atomic_store(&stacks.no_madvise, true);
}

static struct stack stack_made(char *low, size_t size)
{
    struct stack stack = {.low = low, .size = size, .bare = !guard_install(low)};
    stack.usual = size == stack_default_size() && !stack.bare;
    annotate_stack(&stack);
    return stack;
}

static void *map_stack(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    madvise(memory, size, MADV_NOHUGEPAGE);
    return memory;
}

/* ---- stacks of the default size ---- */

static int stack_new(struct stack *ret_stack)
{
    size_t step = stack_default_size() + GUARD_SIZE;
    lock_take(&stacks.lock);
    if (!stacks.slab_left) {
        char *slab = map_stack(SLAB_STACKS * step);
        if (!slab) {
            lock_release(&stacks.lock);
            return ENOMEM;
        }
        stacks.slab = slab;
        stacks.slab_left = SLAB_STACKS;
    }
    char *low = stacks.slab + GUARD_SIZE;
    stacks.slab += step;
    stacks.slab_left--;
    lock_release(&stacks.lock);
    *ret_stack = stack_made(low, stack_default_size());
    return 0;
}

static bool stack_from_common(struct stack *ret_stack)
{
    bool found = true;
    lock_take(&stacks.lock);
    if (stacks.free) {
        *ret_stack = stacks.free->stack;
        stacks.free = stacks.free->next;
        unsigned left = atomic_load_explicit(&stacks.free_count, memory_order_relaxed) - 1;
        atomic_store_explicit(&stacks.free_count, left, memory_order_relaxed);
        if (left < stacks.free_least)
            stacks.free_least = left;
    } else if (stacks.cold_count) {
        *ret_stack = stacks.cold[--stacks.cold_count];
    } else {
        found = false;
    }
    lock_release(&stacks.lock);
    return found;
}

/* Room for one more in the list of stacks without memory, which must not live in theirs. */
static bool cold_grow(void)
{
    if (stacks.cold_count < stacks.cold_capacity)
        return true;
    size_t capacity = stacks.cold_capacity ? 2 * stacks.cold_capacity : 4096;
    struct stack *grown = mmap(NULL, capacity * sizeof *grown, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (grown == MAP_FAILED)
        return false;
    if (stacks.cold) {
        memcpy(grown, stacks.cold, stacks.cold_count * sizeof *grown);
        munmap(stacks.cold, stacks.cold_capacity * sizeof *grown);
    }
    stacks.cold = grown;
    stacks.cold_capacity = capacity;
    return true;
}

static struct stack_free *free_entry(struct stack stack, struct stack_free *next)
{
    struct stack_free *entry = (struct stack_free *)(void *)(stack.low + stack.size) - 1;
    entry->stack = stack;
    entry->next = next;
    return entry;
}

static void stack_to_common(struct stack stack)
{
    lock_take(&stacks.lock);
    stacks.free = free_entry(stack, stacks.free);
    atomic_store_explicit(&stacks.free_count,
                          atomic_load_explicit(&stacks.free_count, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    bool look = ++stacks.gives % TRIM_GIVES == 0;
    lock_release(&stacks.lock);
    if (UNLIKELY(look))
        stacks_trim();
}

/* ---- giving memory back ---- */

static bool too_many(void)
{
    return atomic_load_explicit(&stacks.free_count, memory_order_relaxed) > STACKS_WARM;
}

/* Under the lock: how many are to be given back now. */
static unsigned trim_due(int64_t now)
{
    unsigned count = atomic_load_explicit(&stacks.free_count, memory_order_relaxed);
    if (!stacks.period_begin || now - stacks.period_begin >= TRIM_NS) {
        bool whole = stacks.period_begin != 0;
        stacks.trim_left =
            whole && stacks.free_least > STACKS_WARM ? stacks.free_least - STACKS_WARM : 0;
        stacks.period_begin = now;
        stacks.free_least = count;
    }
    unsigned due = stacks.trim_left < TRIM_BATCH ? stacks.trim_left : TRIM_BATCH;
    return count <= STACKS_WARM ? 0 : due < count - STACKS_WARM ? due : count - STACKS_WARM;
}

bool stacks_trim(void)
{
    struct stack taken[TRIM_BATCH];
    if (LIKELY(!too_many()))
        return false;
    int64_t now = time_now();
    lock_take(&stacks.lock);
    unsigned due = trim_due(now), count = 0;
    while (count < due && stacks.free) {
        taken[count++] = stacks.free->stack;
        stacks.free = stacks.free->next;
    }
    stacks.trim_left -= count;
    unsigned left = atomic_load_explicit(&stacks.free_count, memory_order_relaxed) - count;
    atomic_store_explicit(&stacks.free_count, left, memory_order_relaxed);
    if (left < stacks.free_least)
        stacks.free_least = left;
    lock_release(&stacks.lock);
    for (unsigned i = 0; i < count; i++)
        madvise(taken[i].low, taken[i].size, MADV_DONTNEED);
    lock_take(&stacks.lock);
    for (unsigned i = 0; i < count; i++) {
        if (cold_grow()) {
            stacks.cold[stacks.cold_count++] = taken[i];
        } else {
            stacks.free = free_entry(taken[i], stacks.free);
            atomic_fetch_add_explicit(&stacks.free_count, 1, memory_order_relaxed);
        }
    }
    lock_release(&stacks.lock);
    return count != 0;
}

int64_t stacks_trim_deadline(int64_t deadline)
{
    if (LIKELY(!too_many()))
        return deadline;
    int64_t when = time_now() + TRIM_NS;
    return when < deadline ? when : deadline;
}

/* ---- front ---- */

static int stack_take_default(struct worker *w, struct stack *ret_stack)
{
    if (w && w->free_stacks) {
        *ret_stack = w->free_stacks->stack;
        w->free_stacks = w->free_stacks->next;
        w->free_stack_count--;
        return 0;
    }
    return stack_from_common(ret_stack) ? 0 : stack_new(ret_stack);
}

static int stack_take_odd(size_t size, struct stack *ret_stack)
{
    if (size > SIZE_MAX / 2)
        return ENOMEM;
    size = size < STACK_MIN ? STACK_MIN : page_round(size);
    char *mapping = map_stack(size + GUARD_SIZE);
    if (!mapping)
        return ENOMEM;
    *ret_stack = stack_made(mapping + GUARD_SIZE, size);
    return 0;
}

int stack_take(struct worker *w, size_t size, struct stack *ret_stack)
{
    bool odd = size && page_round(size) != stack_default_size();
    int error = odd ? stack_take_odd(size, ret_stack) : stack_take_default(w, ret_stack);
    if (!error && UNLIKELY(ret_stack->bare))
        *(uint64_t *)(void *)ret_stack->low = CANARY;
    return error;
}

void stack_give(struct worker *w, struct stack stack)
{
    if (UNLIKELY(stack.bare) && *(uint64_t *)(void *)stack.low != CANARY)
        fatal_text("a goroutine's stack overflowed where it had no guard page; "
                   "give it a larger one");
    if (stack.size != stack_default_size()) {
        annotate_stack_gone(&stack);
        munmap(stack.low - GUARD_SIZE, stack.size + GUARD_SIZE);
        if (!stack.bare && atomic_load_explicit(&stacks.no_madvise, memory_order_relaxed))
            atomic_fetch_sub(&stacks.guards_mapped, 1);
    } else if (w && w->free_stack_count < WORKER_STACKS) {
        w->free_stacks = free_entry(stack, w->free_stacks);
        w->free_stack_count++;
    } else {
        stack_to_common(stack);
    }
}

bool stack_give_own(struct worker *w, const struct stack *stack)
{
    if (UNLIKELY(w->free_stack_count >= WORKER_STACKS))
        return false;
    w->free_stacks = free_entry(*stack, w->free_stacks);
    w->free_stack_count++;
    return true;
}

struct overflow_search {
    const char *address;
    struct goroutine *found;
};

static void overflow_match(struct goroutine *g, void *context)
{
    struct overflow_search *search = context;
    const char *low = g->stack.low;
    if (low && search->address < low && search->address >= low - GUARD_SIZE)
        search->found = g;
}

struct goroutine *stack_overflowed(const void *address)
{
    struct overflow_search search = {.address = address};
    goroutine_each(overflow_match, &search);
    return search.found;
}
