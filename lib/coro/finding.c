/*
 * Findings for the detector: which goroutines are where, as program counters; the detector's tool
 * makes words of them. See finding.h.
 *
 * Stacks are unwound, as for dumps, on a stack of their own: what is at its end may be a goroutine
 * that has used up its own. One thread at a time tells; others wait, for good if the process ends.
 */
#include "finding.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fork.h"
#include "sync.h"

#define TOLD_MAX 64u
#define STACK_MAX (2 * TRACE_PART)
#define TELLING_STACK (1u << 20)
#define MISUSES_MAX 64u

struct telling {
    enum rgo_finding_kind kind;
    const char *words;
    struct rgo_object object;
    struct goroutine *self; /* NULL: nobody runs */
    const unw_context_t *context;
    const void *from;
    bool signal;                                             /* the context is a signal's */
    bool (*chosen)(const struct goroutine *g, void *unused); /* leaks: of these alone; NULL: all */

    size_t count, more;
    struct goroutine *first[TOLD_MAX];
    struct rgo_stuck told[TOLD_MAX];
    const void *stacks[TOLD_MAX][STACK_MAX];
};
static struct telling telling;
static struct lock telling_lock;
FORK_LOCK(telling_fork_lock, telling_lock);

/* ---- one goroutine ---- */

static struct rgo_object object_of(const struct goroutine *g)
{
    static const struct {
        uint8_t kind, size;
    } objects[WAIT_COUNT] = {
        [WAIT_CHAN_RECV] = {RGO_OBJECT_CHANNEL, 8},
        [WAIT_CHAN_SEND] = {RGO_OBJECT_CHANNEL, 8},
        [WAIT_MUTEX] = {RGO_OBJECT_MUTEX, sizeof(rgo_mutex)},
        [WAIT_RWMUTEX_RLOCK] = {RGO_OBJECT_RWMUTEX, sizeof(rgo_rwmutex)},
        [WAIT_RWMUTEX_LOCK] = {RGO_OBJECT_RWMUTEX, sizeof(rgo_rwmutex)},
        [WAIT_COND] = {RGO_OBJECT_COND, sizeof(rgo_cond)},
        [WAIT_WAITGROUP] = {RGO_OBJECT_WAITGROUP, sizeof(rgo_waitgroup)},
        [WAIT_ONCE] = {RGO_OBJECT_ONCE, sizeof(rgo_once)},
        [WAIT_SEMAPHORE] = {RGO_OBJECT_SEMAPHORE, sizeof(rgo_semaphore)},
    };
    if (atomic_load(&g->state) != GOROUTINE_WAITING || !objects[g->reason].kind)
        return (struct rgo_object){0};
    return (struct rgo_object){.address = g->wait_object,
                               .kind = objects[g->reason].kind,
                               .size = objects[g->reason].size};
}

static const char *state_of(const struct goroutine *g)
{
    uint8_t state = atomic_load(&g->state);
    if (g == telling.self || state == GOROUTINE_RUNNING)
        return "running";
    return state == GOROUTINE_WAITING ? wait_reason_words((enum wait_reason)g->reason) : "runnable";
}

/* The innermost and the outermost frames. */
static uint32_t trace_copy(const struct trace *trace, const void **stack)
{
    uint32_t count = 0;
    size_t part = trace->part, skipped = trace->count > 2 * part ? trace->count - part : part;
    for (size_t i = 0; i < trace->count && count < STACK_MAX; i++) {
        if (i == part)
            i = skipped;
        if (i < trace->count)
            stack[count++] = (const void *)(i < part ? trace->top[i] : trace->bottom[i % part]);
    }
    if (count && trace->top_exact) /* as if it were a return address, which all others are */
        stack[0] = (const char *)stack[0] + 1;
    return count;
}

static uint32_t stack_of(struct goroutine *g, const void **stack)
{
    struct trace trace = {.part = TRACE_PART};
    void *sp = atomic_load(&g->sp);
    if (g == telling.self && telling.context) {
        trace_context(&trace, telling.context, telling.signal, telling.from);
    } else if (sp && !g->guest && atomic_load(&g->state) == GOROUTINE_WAITING) {
        trace_parked(&trace, sp, g->wait_pc);
    } else if (g->wait_pc) {
        stack[0] = g->wait_pc;
        return 1;
    }
    return trace_copy(&trace, stack);
}

static bool alike(const struct goroutine *a, const struct goroutine *b)
{
    return a->reason == b->reason && a->wait_pc == b->wait_pc && a->spawn_pc == b->spawn_pc &&
           a->fn == b->fn;
}

static void goroutine_tell(struct goroutine *g)
{
    for (size_t i = 0; i < telling.count; i++)
        if (alike(telling.first[i], g)) {
            telling.told[i].like++;
            return;
        }
    if (telling.count == TOLD_MAX) {
        telling.more++;
        return;
    }
    size_t i = telling.count++;
    telling.first[i] = g;
    telling.told[i] = (struct rgo_stuck){.task = g->task,
                                         .state = state_of(g),
                                         .object = object_of(g),
                                         .stack = telling.stacks[i],
                                         .stack_size = stack_of(g, telling.stacks[i])};
}

static void goroutine_tell_stuck(struct goroutine *g, void *unused)
{
    (void)unused;
    if (g != telling.self && !g->dump_ignore && atomic_load(&g->state) == GOROUTINE_WAITING &&
        g->reason != WAIT_MAIN_EXITED && (g->id != 1 || telling.kind == RGO_FINDING_DEADLOCK) &&
        (!telling.chosen || telling.chosen(g, NULL)))
        goroutine_tell(g);
}

/* ---- the whole ---- */

static void compose(void *unused)
{
    (void)unused;
    if (telling.kind == RGO_FINDING_DEADLOCK || telling.kind == RGO_FINDING_LEAK)
        goroutine_each(goroutine_tell_stuck, NULL);
    else if (telling.self)
        goroutine_tell(telling.self);
    struct rgo_finding finding = {.kind = telling.kind,
                                  .object = telling.object,
                                  .words = telling.words,
                                  .goroutines = telling.told,
                                  .count = telling.count,
                                  .more = telling.more};
    if (telling.count || telling.kind != RGO_FINDING_LEAK)
        runtime_hooks->finding(&finding);
}

static void tell_begin(enum rgo_finding_kind kind, const char *words,
                       const struct rgo_object *object)
{
    while (!lock_try(&telling_lock))
        usleep(1000);
    telling.kind = kind;
    telling.words = words;
    telling.object = object ? *object : (struct rgo_object){0};
    telling.self = dump_self();
    telling.context = NULL;
    telling.from = NULL;
    telling.signal = false;
    telling.chosen = NULL;
    telling.count = telling.more = 0;
}

static void tell(void)
{
    void *stack = mmap(NULL, TELLING_STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        compose(NULL);
    } else {
        stack_call(compose, NULL, (char *)stack + TELLING_STACK);
        munmap(stack, TELLING_STACK);
    }
    lock_release(&telling_lock);
}

static bool listens(void)
{
    return UNLIKELY(runtime_hooks && runtime_hooks->finding);
}

void finding_end(enum rgo_finding_kind kind, const char *words, const struct rgo_object *object,
                 const unw_context_t *context, const void *from)
{
    if (!listens())
        return;
    tell_begin(kind, words, object);
    telling.context = context;
    telling.from = from;
    tell();
}

void finding_overflow(const char *words, const unw_context_t *context)
{
    if (!listens())
        return;
    tell_begin(RGO_FINDING_OVERFLOW, words, NULL);
    telling.context = context;
    telling.signal = true;
    tell();
}

void finding_deadlock(const char *words)
{
    if (!listens())
        return;
    tell_begin(RGO_FINDING_DEADLOCK, words, NULL);
    telling.self = NULL;
    tell();
}

/* One place is told once. */
static bool place_is_new(const void *pc)
{
    static _Atomic(const void *) told[MISUSES_MAX];
    for (size_t i = 0; i < MISUSES_MAX; i++) {
        const void *none = NULL;
        if (atomic_compare_exchange_strong(&told[i], &none, pc))
            return true;
        if (none == pc)
            return false;
    }
    return false;
}

void finding_misuse(const char *words, const struct rgo_object *object, const void *pc)
{
    if (!listens() || !place_is_new(pc))
        return;
    unw_context_t context;
    unw_getcontext(&context);
    finding_end(RGO_FINDING_MISUSE, words, object, &context, pc);
}

void finding_unfinished(void)
{
    static const enum rgo_finding_kind kinds[] = {RGO_FINDING_CONTEXT, RGO_FINDING_TIMER};
    for (size_t i = 0; listens() && i < sizeof kinds / sizeof *kinds; i++)
        if (runtime_hooks->wanted(kinds[i])) {
            struct rgo_finding finding = {.kind = kinds[i]};
            runtime_hooks->finding(&finding);
        }
}

void finding_leaks(const char *words, bool (*chosen)(const struct goroutine *g, void *unused))
{
    if (!listens())
        return;
    tell_begin(RGO_FINDING_LEAK, words, NULL);
    telling.chosen = chosen;
    tell();
}
