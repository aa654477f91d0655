/*
 * racerun/go/sync.h: what goroutines share memory with: mutex, rwmutex, waitgroup, once, cond, semaphore,
 * pool, concurrent map and atomics. Go's sync and golang.org/x/sync/semaphore, with their words.
 *
 * A zeroed variable of each type is ready to use, and there is nothing to destroy except where it says so
 * (pool, map). None may be copied or moved while it is in use, nor freed while anybody is inside a call
 * with it. The fields are the implementation's unless a comment says otherwise.
 *
 * All functions may be called by any number of goroutines and of threads of the program's own at once. Who
 * waits lets others run: a goroutine leaves its worker to them, a thread of the program's own sleeps. A
 * null pointer panics as in Go.
 */
#ifndef RACERUN_GO_SYNC_H
#define RACERUN_GO_SYNC_H

/* See base.h. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include "racerun/go/base.h"
#include "racerun/go/defer.h"

RGO_GNU_BEGIN_
RGO_BEGIN_DECLS

/* Who waits, the longest first. */
struct rgo_wait_queue {
    void *first, *last;
};

/* ---- mutex ---- */

/* Mutual exclusion. It belongs to nobody: another goroutine than the one that locked it may unlock it. */
typedef struct rgo_mutex {
    uint32_t state;
    uint32_t guard;
    struct rgo_wait_queue waiters;
} rgo_mutex;

/* Waits until the mutex is free and locks it. Who comes by at the right time may overtake those who wait,
 * but a waiter that was overtaken once is given the mutex by the next unlock. Not recursive. */
RGO_API void rgo_mutex_lock(rgo_mutex *m);
/* Locks it if that needs no waiting; false: somebody has it. */
RGO_API bool rgo_mutex_trylock(rgo_mutex *m);
/* Fatal ("sync: unlock of unlocked mutex") if it is not locked. Never waits. */
RGO_API void rgo_mutex_unlock(rgo_mutex *m);

/* rgo_with_mutex(m) { ... }: the block runs with *m locked, which is unlocked however the block is left:
 * at its end, by break or continue (both leave the block), return, goto, a panic, rgo_exit or a C++
 * exception. m is evaluated once. */
#define rgo_with_mutex(m) RGO_WITH_MUTEX_(m, __COUNTER__)
#define RGO_WITH_MUTEX_(m, n) RGO_WITH_MUTEX_NAMED_(m, n)
#define RGO_WITH_MUTEX_NAMED_(m, n) RGO_WITH_MUTEX_AS_(m, rgo_held_##n, rgo_scope_##n)
#define RGO_WITH_MUTEX_AS_(m, held, scope)                                                         \
    for (rgo_mutex *held = (m); held; held = NULL)                                                 \
        for (struct rgo_mutex_scope scope __attribute__((cleanup(rgo_mutex_scope_end))) =          \
                 RGO_MUTEX_SCOPE_INIT_;                                                            \
             rgo_mutex_scope_once(&scope, held);)

/* For the macro: a deferred call of unlock, and whether the block has been entered. */
struct rgo_mutex_scope {
    struct rgo_defer call;
    bool entered;
};
#ifdef __cplusplus
#define RGO_MUTEX_SCOPE_INIT_ {}
#else
#define RGO_MUTEX_SCOPE_INIT_ {.entered = false}
#endif
RGO_API bool rgo_mutex_scope_once(struct rgo_mutex_scope *scope, rgo_mutex *m);
RGO_API void rgo_mutex_scope_end(struct rgo_mutex_scope *scope);

/* ---- rwmutex ---- */

/* Any number of readers or one writer. Once a writer waits, new readers wait behind it; when a writer
 * unlocks, the readers that came meanwhile go before the next writer. So neither starves, and a goroutine
 * that locks for reading twice may block itself for ever, as in Go. Belongs to nobody, as a mutex. */
typedef struct rgo_rwmutex {
    uint32_t state;
    uint32_t guard;
    struct rgo_wait_queue readers, writers;
} rgo_rwmutex;

RGO_API void rgo_rwmutex_rlock(rgo_rwmutex *rw);
/* Never waits; false: a writer has it or waits for it. */
RGO_API bool rgo_rwmutex_tryrlock(rgo_rwmutex *rw);
/* Fatal ("sync: RUnlock of unlocked RWMutex") if nobody has it for reading. Never waits. */
RGO_API void rgo_rwmutex_runlock(rgo_rwmutex *rw);
RGO_API void rgo_rwmutex_lock(rgo_rwmutex *rw);
/* Never waits; false: somebody has it. */
RGO_API bool rgo_rwmutex_trylock(rgo_rwmutex *rw);
/* Fatal ("sync: Unlock of unlocked RWMutex") if nobody has it for writing. Never waits. */
RGO_API void rgo_rwmutex_unlock(rgo_rwmutex *rw);

/* ---- waitgroup ---- */

/* Counts what is under way; who waits goes on when the counter is zero. */
typedef struct rgo_waitgroup {
    uint64_t state;
    uint32_t guard;
    uint32_t first_use;
    struct rgo_wait_queue waiters;
} rgo_waitgroup;

/* Adds delta, which may be negative. Adds that raise the counter from zero must come before the wait that
 * is to see them: in general, before the goroutine is started. Panics: "sync: negative WaitGroup counter";
 * "sync: WaitGroup misuse: Add called concurrently with Wait". Never waits. */
RGO_API void rgo_waitgroup_add(rgo_waitgroup *wg, int delta);
/* rgo_waitgroup_add(wg, -1). */
RGO_API void rgo_waitgroup_done(rgo_waitgroup *wg);
/* Returns once the counter is zero. The group may be used again when all waits have returned; panics with
 * "sync: WaitGroup is reused before previous Wait has returned" where that is found violated. */
RGO_API void rgo_waitgroup_wait(rgo_waitgroup *wg);

/* waitgroup_go(wg, fn, args...): adds 1, starts go(fn, args...), and what was added is taken back when that
 * goroutine ends, however it does: after its deferred calls and the destructors of its own storage. */
#ifndef __cplusplus
#define rgo_waitgroup_go(wg, fn, ...)                                                              \
    RGO_WAITGROUP_GO_(RGO_PASTE(rgo_group_, __COUNTER__), RGO_PASTE(rgo_attr_, __COUNTER__), wg, fn, \
                      ##__VA_ARGS__)
#define RGO_WAITGROUP_GO_(group_, attr_, wg, fn, ...)                                              \
    __extension__({                                                                                \
        rgo_waitgroup *group_ = (wg);                                                              \
        rgo_waitgroup_add(group_, 1);                                                              \
        rgo_attr attr_ = {.group = rgo_waitgroup_tag(group_)};                                     \
        RGO_LAUNCH(&attr_, false, fn, ##__VA_ARGS__);                                              \
    })
#endif
/* For the macro: told from an errgroup by its lowest bit. */
static inline struct rgo_errgroup *rgo_waitgroup_tag(rgo_waitgroup *wg)
{
    return (struct rgo_errgroup *)(void *)((char *)wg + 1);
}

/* ---- once ---- */

typedef struct rgo_once {
    uint32_t state;
    uint32_t guard;
    struct rgo_wait_queue waiters;
} rgo_once;

/* Calls fn if this is the first call for *o; all calls return only after that fn has ended. A function that
 * panics or exits the goroutine has been called, too. Calling it for *o from within fn is a deadlock. */
RGO_API void rgo_once_do(rgo_once *o, void (*fn)(void));
/* The same with an argument for fn. */
RGO_API void rgo_once_do_with(rgo_once *o, void (*fn)(void *argument), void *argument);

/* ---- cond ---- */

/* A place to wait for something that is guarded by a lock. cond c = {.locker = &m} for a mutex, or
 * rgo_cond_init(&c, &m) for a mutex or rwmutex (then Wait releases and takes the write lock). */
typedef struct rgo_cond {
    void *locker; /* the program's */
    uint32_t kind;
    uint32_t guard;
    struct rgo_wait_queue waiters;
} rgo_cond;

/* *c must not be in use. */
RGO_API void rgo_cond_init_mutex(rgo_cond *c, rgo_mutex *m);
RGO_API void rgo_cond_init_rwmutex(rgo_cond *c, rgo_rwmutex *rw);
/* Wait releases and takes the read lock. */
RGO_API void rgo_cond_init_rlock(rgo_cond *c, rgo_rwmutex *rw);
/* Unlocks the lock, which the caller holds, waits for a signal or broadcast that comes after, and locks it
 * again. Returns only when woken, but what it waited for may be gone again: call it in a loop. */
RGO_API void rgo_cond_wait(rgo_cond *c);
/* Wakes the one that has waited longest, if any. The lock need not be held. Never waits. */
RGO_API void rgo_cond_signal(rgo_cond *c);
/* Wakes all that wait. The lock need not be held. Never waits. */
RGO_API void rgo_cond_broadcast(rgo_cond *c);

/* ---- semaphore ---- */

/* A weighted semaphore: semaphore s = {.size = 3} or rgo_semaphore_init(&s, 3). Whoever came first is
 * served first: a large request is not starved by small ones. */
typedef struct rgo_semaphore {
    int64_t size; /* the program's: how much there is; not to be changed while in use */
    int64_t held;
    uint32_t guard;
    uint32_t unused;
    struct rgo_wait_queue waiters;
} rgo_semaphore;

/* *s must not be in use. */
RGO_API void rgo_semaphore_init(rgo_semaphore *s, int64_t size);
/* Takes n, waiting until it is there. More than the size waits for ever and hinders nobody. A negative n
 * panics: "semaphore: negative count". */
RGO_API void rgo_semaphore_acquire(rgo_semaphore *s, int64_t n);
/* Never waits; false: it is not there, or others wait already. */
RGO_API bool rgo_semaphore_try_acquire(rgo_semaphore *s, int64_t n);
/* Waits at most timeout_ns nanoseconds; false: they have passed and nothing was taken. */
RGO_API bool rgo_semaphore_acquire_for(rgo_semaphore *s, int64_t n, int64_t timeout_ns);
/* Gives n back. Panics: "semaphore: released more than held". Never waits. */
RGO_API void rgo_semaphore_release(rgo_semaphore *s, int64_t n);

/* ---- pool ---- */

/* Things that are expensive to make, kept for who needs one next, per worker. pool p = {.make = f}. */
typedef struct rgo_pool {
    void *(*make)(void *context);                /* the program's: what get gives when there is none */
    void (*destroy)(void *item, void *context);  /* the program's: for rgo_pool_done */
    void *context;                               /* the program's: for these two */
    void *shards;
} rgo_pool;

/* Some item that was put and is the caller's now, else make(context), else NULL if there is no make. make
 * is called with no lock held and may wait. */
RGO_API void *rgo_pool_get(rgo_pool *p);
/* Gives the item to the pool. NULL is ignored. The pool keeps all it is given until rgo_pool_done; if
 * there is no memory to remember an item, it is destroyed at once (dropped if there is no destroy). */
RGO_API void rgo_pool_put(rgo_pool *p, void *item);
/* Destroys what is kept (drops it if there is no destroy) and frees the pool's memory. Nobody else may use
 * the pool meanwhile; it may be used again after. */
RGO_API void rgo_pool_done(rgo_pool *p);

/* ---- concurrent map ---- */

/* A map for any number of goroutines at once, as Go's sync.Map. Keys are byte strings or numbers (64 bits,
 * pointers among them); a number and a string are never equal. Strings are copied; values are pointers
 * that stay the program's. rgo_map_done frees it. Running out of memory is fatal. */
typedef struct rgo_map {
    void *shards;
} rgo_map;

typedef struct rgo_key {
    const void *bytes; /* NULL: a number */
    uint64_t number;   /* or how many bytes */
} rgo_key;

/* The bytes are read during the call that gets the key and not after. */
static inline rgo_key rgo_key_bytes(const void *bytes, size_t size)
{
    rgo_key key = {size ? bytes : "", size};
    return key;
}
static inline rgo_key rgo_key_string(const char *text)
{
    return rgo_key_bytes(text, __builtin_strlen(text));
}
static inline rgo_key rgo_key_number(uint64_t number)
{
    rgo_key key = {NULL, number};
    return key;
}
static inline rgo_key rgo_key_pointer(const void *pointer)
{
    return rgo_key_number((uint64_t)(uintptr_t)pointer);
}

/* true and *ret_value (unless ret_value is NULL), or false and *ret_value untouched. So for all of these. */
RGO_API bool rgo_map_load(rgo_map *m, rgo_key key, void **ret_value);
RGO_API void rgo_map_store(rgo_map *m, rgo_key key, void *value);
/* true: the key was there and *ret_value is its value; false: it was not, and now has `value`, which
 * *ret_value is too. */
RGO_API bool rgo_map_load_or_store(rgo_map *m, rgo_key key, void *value, void **ret_value);
/* Removes the key; whether it was there, and its last value. */
RGO_API bool rgo_map_load_and_delete(rgo_map *m, rgo_key key, void **ret_value);
RGO_API void rgo_map_delete(rgo_map *m, rgo_key key);
/* Stores value; whether the key was there before, and its previous value. */
RGO_API bool rgo_map_swap(rgo_map *m, rgo_key key, void *value, void **ret_previous);
/* Stores value if the key is there with the value old. */
RGO_API bool rgo_map_compare_and_swap(rgo_map *m, rgo_key key, void *old, void *value);
/* Removes the key if it is there with the value old. */
RGO_API bool rgo_map_compare_and_delete(rgo_map *m, rgo_key key, void *old);
/* Calls visit for each key until it returns false. Keys that come or go meanwhile may be visited or not,
 * no key is visited twice. No lock is held: visit may use the map, and wait. The key's bytes are valid
 * until visit returns. The order is unspecified. */
RGO_API void rgo_map_range(rgo_map *m, bool (*visit)(rgo_key key, void *value, void *context),
                           void *context);
/* How many keys there are; while others change it, about so many. */
RGO_API size_t rgo_map_count(rgo_map *m);
/* Frees all keys, and the values by destroy if that is not NULL. Nobody else may use the map meanwhile; it
 * may be used again after. */
RGO_API void rgo_map_done(rgo_map *m, void (*destroy)(void *value));

/* ---- the fast paths, inline ----
 * A call costs as much as half of what is to be done. When a detector looks on, everything goes through the
 * functions, so that it is told. These are macros with arguments: the names alone are the functions, as in
 * defer(mutex_unlock, &m). */
RGO_API extern uint32_t rgo_observed; /* there is a detector; constant once main runs */
RGO_API void rgo_mutex_unlocked(rgo_mutex *m, uint32_t before);
RGO_API void rgo_rwmutex_runlocked(rgo_rwmutex *rw, uint32_t before);
RGO_API void rgo_waitgroup_added(rgo_waitgroup *wg, int delta, uint64_t state);
#define RGO_ONCE_DONE 2u

#define RGO_CAS_(p, from, to)                                                                      \
    __atomic_compare_exchange_n(p, from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)
#define RGO_ALONE_(object) __builtin_expect(!rgo_observed && (object), 1)

static inline void rgo_mutex_lock_inline(rgo_mutex *m)
{
    uint32_t state = 0;
    if (!RGO_ALONE_(m) || __builtin_expect(!RGO_CAS_(&m->state, &state, 1), 0))
        rgo_mutex_lock(m);
}
static inline void rgo_mutex_unlock_inline(rgo_mutex *m)
{
    uint32_t before;
    if (!RGO_ALONE_(m))
        rgo_mutex_unlock(m);
    else if (__builtin_expect((before = __atomic_fetch_sub(&m->state, 1, __ATOMIC_ACQ_REL)) != 1, 0))
        rgo_mutex_unlocked(m, before);
}
static inline void rgo_rwmutex_rlock_inline(rgo_rwmutex *rw)
{
    uint32_t state = RGO_ALONE_(rw) ? __atomic_load_n(&rw->state, __ATOMIC_RELAXED) : 3;
    if (__builtin_expect((state & 3) || !RGO_CAS_(&rw->state, &state, state + 4), 0))
        rgo_rwmutex_rlock(rw);
}
static inline void rgo_rwmutex_runlock_inline(rgo_rwmutex *rw)
{
    if (!RGO_ALONE_(rw)) {
        rgo_rwmutex_runlock(rw);
        return;
    }
    uint32_t before = __atomic_fetch_sub(&rw->state, 4, __ATOMIC_ACQ_REL);
    if (__builtin_expect(before < 4 || (before & 3), 0))
        rgo_rwmutex_runlocked(rw, before);
}
static inline void rgo_waitgroup_add_inline(rgo_waitgroup *wg, int delta)
{
    if (!RGO_ALONE_(wg)) {
        rgo_waitgroup_add(wg, delta);
        return;
    }
    uint64_t state =
        __atomic_add_fetch(&wg->state, (uint64_t)(uint32_t)delta << 32, __ATOMIC_ACQ_REL);
    if (__builtin_expect((state & UINT64_C(0x80000000ffffffff)) != 0, 0))
        rgo_waitgroup_added(wg, delta, state);
}
static inline void rgo_waitgroup_done_inline(rgo_waitgroup *wg)
{
    if (RGO_ALONE_(wg))
        rgo_waitgroup_add_inline(wg, -1);
    else
        rgo_waitgroup_done(wg);
}
static inline void rgo_waitgroup_wait_inline(rgo_waitgroup *wg)
{
    if (!RGO_ALONE_(wg) || __atomic_load_n(&wg->state, __ATOMIC_ACQUIRE) >> 32)
        rgo_waitgroup_wait(wg);
}
/* Under a detector the state never becomes RGO_ONCE_DONE. */
static inline void rgo_once_do_inline(rgo_once *o, void (*fn)(void))
{
    if (__builtin_expect(!o || __atomic_load_n(&o->state, __ATOMIC_ACQUIRE) != RGO_ONCE_DONE, 0))
        rgo_once_do(o, fn);
}
static inline void rgo_once_do_with_inline(rgo_once *o, void (*fn)(void *argument), void *argument)
{
    if (__builtin_expect(!o || __atomic_load_n(&o->state, __ATOMIC_ACQUIRE) != RGO_ONCE_DONE, 0))
        rgo_once_do_with(o, fn, argument);
}
#ifndef RGO_NO_INLINE
#define rgo_mutex_lock(m) rgo_mutex_lock_inline(m)
#define rgo_mutex_unlock(m) rgo_mutex_unlock_inline(m)
#define rgo_rwmutex_rlock(rw) rgo_rwmutex_rlock_inline(rw)
#define rgo_rwmutex_runlock(rw) rgo_rwmutex_runlock_inline(rw)
#define rgo_waitgroup_add(wg, delta) rgo_waitgroup_add_inline(wg, delta)
#define rgo_waitgroup_done(wg) rgo_waitgroup_done_inline(wg)
#define rgo_waitgroup_wait(wg) rgo_waitgroup_wait_inline(wg)
#define rgo_once_do(o, fn) rgo_once_do_inline(o, fn)
#define rgo_once_do_with(o, fn, argument) rgo_once_do_with_inline(o, fn, argument)
#endif

RGO_END_DECLS

/* ---- forms that depend on the language ---- */

/* rgo_cond_init(c, lock): lock is a mutex or rwmutex. rgo_map_key(k): k is an rgo_key, a string, a void
 * pointer or an integer. */
#ifdef __cplusplus
static inline void rgo_cond_init(rgo_cond *c, rgo_mutex *m)
{
    rgo_cond_init_mutex(c, m);
}
static inline void rgo_cond_init(rgo_cond *c, rgo_rwmutex *rw)
{
    rgo_cond_init_rwmutex(c, rw);
}
static inline rgo_key rgo_map_key(rgo_key key)
{
    return key;
}
static inline rgo_key rgo_map_key(const char *text)
{
    return rgo_key_string(text);
}
static inline rgo_key rgo_map_key(const void *pointer)
{
    return rgo_key_pointer(pointer);
}
template <class T, class = std::enable_if_t<std::is_integral<T>::value || std::is_enum<T>::value>>
static inline rgo_key rgo_map_key(T number)
{
    return rgo_key_number(static_cast<uint64_t>(number));
}
template <class F, class... A> void rgo_waitgroup_go(rgo_waitgroup *wg, F &&fn, A &&...arguments)
{
    rgo_attr attr = {};
    attr.group = rgo_waitgroup_tag(wg);
    rgo_waitgroup_add(wg, 1);
    rgo_go_with(&attr, std::forward<F>(fn), std::forward<A>(arguments)...);
}
#else
#define rgo_cond_init(c, lock)                                                                     \
    _Generic((lock), rgo_mutex * : rgo_cond_init_mutex, rgo_rwmutex * : rgo_cond_init_rwmutex)(c, lock)
static inline rgo_key rgo_key_same(rgo_key key)
{
    return key;
}
#define rgo_map_key(k)                                                                             \
    _Generic((k), rgo_key                                                                          \
             : rgo_key_same, char *                                                                \
             : rgo_key_string, const char *                                                        \
             : rgo_key_string, void *                                                              \
             : rgo_key_pointer, const void *                                                       \
             : rgo_key_pointer, default                                                            \
             : rgo_key_number)(k)
#endif

/* ---- atomics ----
 * Sequentially consistent, on integers of 1 to 8 bytes and pointers (add: integers alone). `p` points to an
 * ordinary variable, all of whose accesses that may be concurrent go through these. There are no short
 * names: those belong to <stdatomic.h>. */
#ifdef __cplusplus
namespace rgo_detail {
template <class T> struct same {
    using type = T;
};
} // namespace rgo_detail
template <class T> static inline T rgo_atomic_load(const T *p)
{
    return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}
template <class T> static inline void rgo_atomic_store(T *p, typename rgo_detail::same<T>::type value)
{
    __atomic_store_n(p, value, __ATOMIC_SEQ_CST);
}
/* The new value. */
template <class T> static inline T rgo_atomic_add(T *p, typename rgo_detail::same<T>::type delta)
{
    static_assert(std::is_integral<T>::value, "rgo_atomic_add: integers alone");
    return __atomic_add_fetch(p, delta, __ATOMIC_SEQ_CST);
}
/* The old value. */
template <class T> static inline T rgo_atomic_swap(T *p, typename rgo_detail::same<T>::type value)
{
    return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}
/* If *p is `old`, makes it `value`: whether that was so. */
template <class T>
static inline bool rgo_atomic_cas(T *p, typename rgo_detail::same<T>::type old,
                                  typename rgo_detail::same<T>::type value)
{
    return __atomic_compare_exchange_n(p, &old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#else
#define rgo_atomic_load(p) __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define rgo_atomic_store(p, value) __atomic_store_n((p), (value), __ATOMIC_SEQ_CST)
/* The new value. */
#define rgo_atomic_add(p, delta)                                                                   \
    __atomic_add_fetch((p), (__typeof__(*(p) + 0))(delta), __ATOMIC_SEQ_CST)
/* The old value. */
#define rgo_atomic_swap(p, value) __extension__({ __atomic_exchange_n((p), (value), __ATOMIC_SEQ_CST); })
/* If *p is `old`, makes it `value`: whether that was so. */
#define rgo_atomic_cas(p, old, value)                                                              \
    __extension__({                                                                                \
        __typeof__(*(p)) rgo_old_ = (old);                                                         \
        __atomic_compare_exchange_n((p), &rgo_old_, (value), false, __ATOMIC_SEQ_CST,              \
                                    __ATOMIC_SEQ_CST);                                             \
    })
#endif

#ifndef RGO_NO_SHORT_NAMES
typedef rgo_mutex mutex;
typedef rgo_rwmutex rwmutex;
typedef rgo_waitgroup waitgroup;
typedef rgo_once once;
typedef rgo_cond cond;
typedef rgo_semaphore semaphore;
typedef rgo_pool pool;
typedef rgo_map map;
#define mutex_lock rgo_mutex_lock
#define mutex_trylock rgo_mutex_trylock
#define mutex_unlock rgo_mutex_unlock
#define with_mutex rgo_with_mutex
#define rwmutex_rlock rgo_rwmutex_rlock
#define rwmutex_tryrlock rgo_rwmutex_tryrlock
#define rwmutex_runlock rgo_rwmutex_runlock
#define rwmutex_lock rgo_rwmutex_lock
#define rwmutex_trylock rgo_rwmutex_trylock
#define rwmutex_unlock rgo_rwmutex_unlock
#define waitgroup_add rgo_waitgroup_add
#define waitgroup_done rgo_waitgroup_done
#define waitgroup_wait rgo_waitgroup_wait
#define waitgroup_go rgo_waitgroup_go
#define once_do rgo_once_do
#define once_do_with rgo_once_do_with
#define cond_init rgo_cond_init
#define cond_init_rlock rgo_cond_init_rlock
#define cond_wait rgo_cond_wait
#define cond_signal rgo_cond_signal
#define cond_broadcast rgo_cond_broadcast
#define semaphore_init rgo_semaphore_init
#define semaphore_acquire rgo_semaphore_acquire
#define semaphore_try_acquire rgo_semaphore_try_acquire
#define semaphore_acquire_for rgo_semaphore_acquire_for
#define semaphore_release rgo_semaphore_release
#define pool_get rgo_pool_get
#define pool_put rgo_pool_put
#define pool_done rgo_pool_done
#define map_key rgo_map_key
#define key_bytes rgo_key_bytes
#define key_string rgo_key_string
#define key_number rgo_key_number
#define key_pointer rgo_key_pointer
#define map_load rgo_map_load
#define map_store rgo_map_store
#define map_load_or_store rgo_map_load_or_store
#define map_load_and_delete rgo_map_load_and_delete
#define map_delete rgo_map_delete
#define map_swap rgo_map_swap
#define map_compare_and_swap rgo_map_compare_and_swap
#define map_compare_and_delete rgo_map_compare_and_delete
#define map_range rgo_map_range
#define map_count rgo_map_count
#define map_done rgo_map_done
#endif

RGO_GNU_END_

#endif
