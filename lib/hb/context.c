/*
 * context: calling contexts and sets of held locks as numbers.
 *
 * A context is a path of calls and the place of an access, hash-consed from the root: key =
 * (parent context, pc, lockset). Only contexts in which a record was made are ever numbered: the
 * shadow stack's frames get their number when first needed and keep it. So the earlier access's
 * stack is always available, in 4 bytes of its record, however long ago it was. When code is
 * unloaded, the contexts within it are marked, so that they are neither told nor used as contexts
 * of what is loaded there next.
 */
#include "hb/engine.h"

/*
 * Who takes a path again that was new once meets the contexts again in the order in which they were
 * numbered then. A recursion has thousands, each met seldom; but behind the one met last the next
 * ones lie side by side.
 */
#define CONTEXTS_NEAR 6u
static inline uint32_t context_near(const struct hb_task *task, struct intern_key key)
{
    const struct intern *contexts = &task->hb->contexts;
    uint32_t last = task->cache->context_last;
    uint32_t used = atomic_load_explicit(&contexts->keys.used, memory_order_relaxed);
    for (uint32_t number = last + 1; number <= last + CONTEXTS_NEAR && number < used; number++) {
        struct intern_key other = intern_key(contexts, number);
        if (other.a == key.a && other.b == key.b)
            return number;
    }
    return 0;
}

static HB_APART uint32_t context_intern(struct hb_task *task, struct intern_key key,
                                        struct cached_context *cached)
{
    if (task->cache == &task->hb->no_cache)
        return intern_number(&task->hb->contexts, key);
    uint32_t number = context_near(task, key);
    if (!number)
        number = intern_number(&task->hb->contexts, key);
    task->cache->context_last = number;
    *cached = (struct cached_context){key, number};
    return number;
}

static inline uint32_t context_number(struct hb_task *task, uint32_t parent, uintptr_t pc,
                                      uint32_t lockset)
{
    struct intern_key key = {pc, (uint64_t)parent << 32 | lockset};
    uint32_t hash = (uint32_t)pc * UINT32_C(0x9e3779b9) + (parent ^ lockset << 4);
    hash = (hash ^ hash >> 16) * UINT32_C(0x85ebca6b);
    struct cached_context *cached = &task->cache->contexts[hash >> 22];
    static_assert(CACHE_CONTEXTS == 1u << 10, "the hash's upper bits are an index");
    if (__builtin_expect(cached->key.a == key.a && cached->key.b == key.b && cached->number, 1))
        return cached->number;
    return context_intern(task, key, cached);
}

/* Numbers the frames up to `top`. */
static HB_APART uint32_t frames_number(struct hb_task *task, struct hb_frame *top)
{
    struct hb_frame *frame = top;
    while (frame > task->frames && frame->node == 0)
        frame--;
    uint32_t node = frame->node;
    while (frame < top) {
        frame++;
        if (frame->call_pc) /* a border adds nothing */
            node = context_number(task, node, frame->call_pc, 0);
        frame->node = node;
    }
    return node;
}

/* The context of the task's current frame. */
static inline uint32_t frame_context(struct hb_task *task)
{
    struct hb_frame *top = task_frame(task);
    return __builtin_expect(top->node != 0, 1) ? top->node : frames_number(task, top);
}

static bool held_is_alone(const struct hb_task *task)
{
    const struct held_lock *held = task->held, *alone = &task->alone;
    return task->held_count == 1 && held->lock == alone->lock &&
           held->acquired == alone->acquired && held->shared == alone->shared;
}

static HB_APART uint32_t lockset_intern(struct hb_task *task)
{
    uint32_t set = 0;
    if (held_is_alone(task)) /* one lock again and again, at one place */
        return task->front.lockset = task->lockset_alone;
    for (uint32_t i = 0; i < task->held_count; i++) {
        const struct held_lock *held = &task->held[i];
        struct intern_key key = {(uint64_t)set << 32 | held->lock,
                                 (uint64_t)held->acquired << 32 | held->shared};
        set = intern_number(&task->hb->locksets, key);
    }
    if (task->held_count == 1) {
        task->alone = task->held[0];
        task->lockset_alone = set;
    }
    return task->front.lockset = set;
}

static inline uint32_t lockset_number(struct hb_task *task)
{
    uint32_t set = task->front.lockset;
    return __builtin_expect(set != LOCKSET_STALE, 1) ? set : lockset_intern(task);
}

#define JOINED_BYTES 0xffu
#define JOINED_LEVEL 0x100u
#define JOINED_LEVELS 7u

static inline bool context_is_joined(struct intern_key key)
{
    return key.a - 1 < JOINED_LEVEL * (JOINED_LEVELS + 1) - 1;
}

/* No code lies where the numbers of several contexts do (context_join), but a program may say that
 * its access was there. */
uint32_t context_here(struct hb_task *task, uintptr_t pc)
{
    if (__builtin_expect(context_is_joined((struct intern_key){pc, 0}), 0))
        pc = 0;
    return context_number(task, frame_context(task), pc, lockset_number(task));
}

struct hb_ctx hb_ctx_here(struct hb_task *task, uintptr_t pc)
{
    return (struct hb_ctx){context_here(task, pc)};
}

/* The owner of `cached` may be about to replace it, but does not ask for what is forgotten. */
static void cached_forget(struct cached_context *cached, uint64_t low, uint64_t high)
{
    uint64_t a = __atomic_load_n(&cached->key.a, __ATOMIC_RELAXED);
    if (a >= low && a < high)
        __atomic_compare_exchange_n(&cached->key.a, &a, UINT64_MAX, false, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED);
}

void hb_code_unloaded(struct hb *hb, uintptr_t low, uintptr_t high, uint32_t age)
{
    uint32_t caches = atomic_load_explicit(&hb->caches.used, memory_order_acquire);
    intern_retire(&hb->contexts, low, high, (uint64_t)age << HB_PC_BITS);
    for (uint32_t i = 1; i < caches; i++) {
        struct hb_cache *cache = arena_at(&hb->caches, i);
        for (uint32_t j = 0; j < CACHE_CONTEXTS; j++)
            cached_forget(&cache->contexts[j], low, high);
    }
}

static bool held_grow(struct hb_task *task)
{
    if (task->held_capacity == HELD_MAX)
        return false;
    struct held_lock *bigger = sys_reserve(sizeof *bigger * HELD_MAX);
    if (!bigger)
        return false;
    for (uint32_t i = 0; i < task->held_count; i++)
        bigger[i] = task->held[i];
    task->held = bigger;
    task->held_capacity = HELD_MAX;
    return true;
}

uint32_t context_place(struct hb_task *task, uintptr_t pc)
{
    return context_number(task, frame_context(task), pc, 0);
}

/*
 * Several contexts as one, for a record of bytes that were accessed at different places: key =
 * (bytes | levels << 8, context of these << 32 | that of the others, which may be several again).
 * No place is so low an address (context_here). They are numbered with the others, in the same way.
 *
 * Elements that are written and read at a few places make a few pairs. Bytes that are read at a
 * dozen places in any order make a great many; but they are met again. A program of so many that
 * they would fill memory gets no more of them.
 */
#ifndef JOINED_UNTIL
#define JOINED_UNTIL (1u << 20) /* contexts of all kinds */
#endif

bool context_join(struct hb_task *task, uint32_t *ctx, uint32_t bytes, uint32_t added,
                  uint32_t more)
{
    struct intern *contexts = &task->hb->contexts;
    uint32_t others = *ctx;
    more &= ~bytes;
    if (!more || others == added)
        return true;
    struct intern_key key = intern_key(contexts, others);
    while (context_is_joined(key) && !(key.a & bytes)) { /* they are the record's no more */
        others = (uint32_t)key.b;
        key = intern_key(contexts, others);
    }
    if (context_is_joined(key) && key.b >> 32 == added) {
        more |= (uint32_t)key.a & JOINED_BYTES;
        others = (uint32_t)key.b;
        key = intern_key(contexts, others);
    }
    uint32_t levels = context_is_joined(key) ? (uint32_t)key.a / JOINED_LEVEL + 1 : 1;
    if (levels > JOINED_LEVELS || intern_count(contexts) >= JOINED_UNTIL)
        return false;
    uint32_t number = context_number(task, added, more | levels * JOINED_LEVEL, others);
    if (number)
        *ctx = number;
    return number != 0;
}

uint32_t context_of_byte(const struct hb *hb, uint32_t ctx, uint32_t byte, uint32_t *ret_bytes)
{
    struct intern_key key;
    *ret_bytes = JOINED_BYTES;
    while (context_is_joined(key = intern_key(&hb->contexts, ctx))) {
        if (key.a >> byte & 1) {
            *ret_bytes &= (uint32_t)key.a;
            return (uint32_t)(key.b >> 32);
        }
        *ret_bytes &= ~(uint32_t)key.a;
        ctx = (uint32_t)key.b;
    }
    return ctx;
}

void lockset_push(struct hb_task *task, struct held_lock held)
{
    if (task->held_count == task->held_capacity && !held_grow(task))
        return;
    task->held[task->held_count++] = held;
    task->front.lockset = LOCKSET_STALE;
}

void lockset_drop(struct hb_task *task, uint32_t index)
{
    for (uint32_t i = index; i + 1 < task->held_count; i++)
        task->held[i] = task->held[i + 1];
    task->held_count--;
    task->front.lockset = LOCKSET_STALE;
}

bool lockset_pop(struct hb_task *task, uint32_t lock)
{
    for (uint32_t i = task->held_count; i-- > 0;) {
        if (task->held[i].lock != lock)
            continue;
        lockset_drop(task, i);
        return true;
    }
    return task->held_count == HELD_MAX; /* it may be one of those that are not named */
}
