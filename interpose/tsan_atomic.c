/*
 * tsan_atomic: C11 and C++11 atomics and fences, 8 to 128 bits.
 *
 * The real operation runs between hb_atomic_begin and its end, under the lock of its granule, so
 * that clock and object change together (P0). It is always performed sequentially consistent,
 * which is at least what was asked for. 128 bits use cmpxchg16b (-mcx16).
 */
#include "interpose/control/control.h"
#include "interpose/thread.h"
#include "interpose/tsan.h"

typedef unsigned char a8;
typedef unsigned short a16;
typedef unsigned int a32;
typedef unsigned long long a64;
__extension__ typedef unsigned __int128 a128;

/* ---- the real operations: builtins, and a compare-exchange loop for 128 bits ---- */

#define REAL_OPS(T)                                                                                \
    static inline T T##_load(volatile T *a)                                                        \
    {                                                                                              \
        return __atomic_load_n(a, __ATOMIC_SEQ_CST);                                               \
    }                                                                                              \
    static inline void T##_store(volatile T *a, T v)                                               \
    {                                                                                              \
        __atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                                  \
    }                                                                                              \
    static inline T T##_exchange(volatile T *a, T v)                                               \
    {                                                                                              \
        return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);                                        \
    }                                                                                              \
    static inline T T##_cas(volatile T *a, T c, T v)                                               \
    {                                                                                              \
        __atomic_compare_exchange_n(a, &c, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);          \
        return c;                                                                                  \
    }

REAL_OPS(a8)
REAL_OPS(a16)
REAL_OPS(a32)
REAL_OPS(a64)

static inline a128 a128_cas(volatile a128 *a, a128 c, a128 v)
{
    return __sync_val_compare_and_swap(a, c, v);
}

static inline a128 a128_load(volatile a128 *a)
{
    return a128_cas(a, 0, 0);
}

static inline a128 a128_exchange(volatile a128 *a, a128 v)
{
    a128 seen = *a;
    for (;;) {
        a128 found = a128_cas(a, seen, v);
        if (found == seen)
            return seen;
        seen = found;
    }
}

static inline void a128_store(volatile a128 *a, a128 v)
{
    a128_exchange(a, v);
}

static inline enum hb_order order_now(int order)
{
    return __builtin_expect(rt_self.ignore_sync, 0) ? HB_RELAXED : tsan_order(order);
}

/* Under `racerun explore` an atomic operation is a scheduling point. */
#define CONTROL_ATOMIC(kind, a) CONTROL_ATOMIC_AT(kind, a, RT_CALLER)
#define CONTROL_ATOMIC_AT(kind, a, pc)                                                             \
    do {                                                                                           \
        if (control_active())                                                                      \
            control_atomic(SCHED_##kind, (const volatile void *)(a), sizeof *(a), (pc));           \
    } while (0)
/* Of what it compares with, or writes, depends whether it changes anything. */
#define CONTROL_UPDATE_AT(flags, a, value, pc)                                                     \
    do {                                                                                           \
        if (control_active())                                                                      \
            control_update(flags, (const volatile void *)(a), sizeof *(a), (uint64_t)(value), pc); \
    } while (0)

/* ---- entry points ---- */

/* A loop that waits loads again what it has loaded before: then there is nothing to be done. */
#define LOAD_SETTLED(bits, p)                                                                      \
    do {                                                                                           \
        const struct granule *granule_ =                                                           \
            fast_location(tsan_shadow_dir, (uintptr_t)(p), sizeof *(p));                           \
        uint64_t own_ = rt_cursor.word;                                                            \
        if (granule_ && fast_settled(granule_, own_, (uintptr_t)(p), sizeof *(p))) {               \
            a##bits value_ = a##bits##_load(p);                                                    \
            if (fast_settled(granule_, own_, (uintptr_t)(p), sizeof *(p)))                         \
                return value_;                                                                     \
        }                                                                                          \
    } while (0)

#define LOAD(bits)                                                                                 \
    RT_EXPORT a##bits __tsan_atomic##bits##_load(const volatile a##bits *a, int order);            \
    a##bits __tsan_atomic##bits##_load(const volatile a##bits *a, int order)                       \
    {                                                                                              \
        volatile a##bits *p = (volatile a##bits *)(uintptr_t)a;                                    \
        CONTROL_ATOMIC(READ, a);                                                                   \
        if (sizeof *p <= sizeof(uint64_t))                                                         \
            LOAD_SETTLED(bits, p);                                                                 \
        struct hb_task *task = rt_enter();                                                         \
        if (!task)                                                                                 \
            return a##bits##_load(p);                                                              \
        struct hb_atomic op;                                                                       \
        hb_atomic_begin(task, &op, (uintptr_t)a, sizeof *a);                                       \
        a##bits value = a##bits##_load(p);                                                         \
        hb_atomic_load(&op, order_now(order), RT_CALLER);                                          \
        rt_leave();                                                                                \
        return value;                                                                              \
    }

/* A relaxed write that leaves all as it was may be done as if nobody watched, too (`settled`: what
 * says so, before and after). If somebody came in between, nobody knows who was first: then it is
 * taken for a read-modify-write, which learns from whoever was there and ends no release sequence.
 */
#define WRITE_QUIETLY(p, order, settled, operation, after)                                         \
    do {                                                                                           \
        if (sizeof *(p) > sizeof(uint64_t) || tsan_order(order) != HB_RELAXED)                     \
            break;                                                                                 \
        const struct granule *granule_ =                                                           \
            fast_location(tsan_shadow_dir, (uintptr_t)(p), sizeof *(p));                           \
        uint64_t own_ = rt_cursor.quiet_word;                                                      \
        if (!granule_ || !settled(granule_, own_, (uintptr_t)(p), sizeof *(p)))                    \
            break;                                                                                 \
        operation;                                                                                 \
        if (settled(granule_, own_, (uintptr_t)(p), sizeof *(p)))                                  \
            after;                                                                                 \
        done = true;                                                                               \
    } while (0)

#define STORE(bits)                                                                                \
    RT_EXPORT void __tsan_atomic##bits##_store(volatile a##bits *a, a##bits v, int order);         \
    void __tsan_atomic##bits##_store(volatile a##bits *a, a##bits v, int order)                    \
    {                                                                                              \
        bool done = false;                                                                         \
        CONTROL_ATOMIC(WRITE, a);                                                                  \
        WRITE_QUIETLY(a, order, fast_settled_store, a##bits##_store(a, v), return );               \
        struct hb_task *task = rt_enter();                                                         \
        if (!task) {                                                                               \
            if (!done)                                                                             \
                a##bits##_store(a, v);                                                             \
            return;                                                                                \
        }                                                                                          \
        struct hb_atomic op;                                                                       \
        hb_atomic_begin(task, &op, (uintptr_t)a, sizeof *a);                                       \
        if (done) {                                                                                \
            hb_atomic_rmw(&op, HB_RELAXED, RT_CALLER);                                             \
        } else {                                                                                   \
            a##bits##_store(a, v);                                                                 \
            hb_atomic_store(&op, order_now(order), RT_CALLER);                                     \
        }                                                                                          \
        rt_leave();                                                                                \
    }

/* `compute` yields the value before; it may use a and v. */
#define RMW(bits, name, compute) RMW_AS(0, bits, name, compute)
#define RMW_AS(flags, bits, name, compute)                                                         \
    RT_EXPORT a##bits __tsan_atomic##bits##_##name(volatile a##bits *a, a##bits v, int order);     \
    a##bits __tsan_atomic##bits##_##name(volatile a##bits *a, a##bits v, int order)                \
    {                                                                                              \
        bool done = false;                                                                         \
        a##bits value = 0;                                                                         \
        CONTROL_UPDATE_AT(flags, a, v, RT_CALLER);                                                 \
        WRITE_QUIETLY(a, order, fast_settled_update, value = compute, return value);               \
        struct hb_task *task = rt_enter();                                                         \
        if (!task)                                                                                 \
            return done ? value : compute;                                                         \
        struct hb_atomic op;                                                                       \
        hb_atomic_begin(task, &op, (uintptr_t)a, sizeof *a);                                       \
        if (!done)                                                                                 \
            value = compute;                                                                       \
        hb_atomic_rmw(&op, order_now(order), RT_CALLER);                                           \
        rt_leave();                                                                                \
        return value;                                                                              \
    }

#define FETCH(bits, name) RMW(bits, fetch_##name, __atomic_fetch_##name(a, v, __ATOMIC_SEQ_CST))

/* A failed compare-exchange is a load with the failure order. */
#define CAS(bits)                                                                                  \
    static a##bits cas_##bits(volatile a##bits *a, a##bits c, a##bits v, int order, int failure,   \
                              uintptr_t pc)                                                        \
    {                                                                                              \
        CONTROL_UPDATE_AT(SCHED_CONDITIONAL, a, c, pc);                                            \
        struct hb_task *task = rt_enter();                                                         \
        if (!task)                                                                                 \
            return a##bits##_cas(a, c, v);                                                         \
        struct hb_atomic op;                                                                       \
        hb_atomic_begin(task, &op, (uintptr_t)a, sizeof *a);                                       \
        a##bits value = a##bits##_cas(a, c, v);                                                    \
        if (value == c)                                                                            \
            hb_atomic_rmw(&op, order_now(order), pc);                                              \
        else                                                                                       \
            hb_atomic_load(&op, order_now(failure), pc);                                           \
        rt_leave();                                                                                \
        return value;                                                                              \
    }                                                                                              \
    RT_EXPORT a##bits __tsan_atomic##bits##_compare_exchange_val(                                  \
        volatile a##bits *a, a##bits c, a##bits v, int order, int failure);                        \
    a##bits __tsan_atomic##bits##_compare_exchange_val(volatile a##bits *a, a##bits c, a##bits v,  \
                                                       int order, int failure)                     \
    {                                                                                              \
        return cas_##bits(a, c, v, order, failure, RT_CALLER);                                     \
    }                                                                                              \
    CAS_BOOL(bits, strong)                                                                         \
    CAS_BOOL(bits, weak)

#define CAS_BOOL(bits, strength)                                                                   \
    RT_EXPORT int __tsan_atomic##bits##_compare_exchange_##strength(                               \
        volatile a##bits *a, a##bits *c, a##bits v, int order, int failure);                       \
    int __tsan_atomic##bits##_compare_exchange_##strength(volatile a##bits *a, a##bits *c,         \
                                                          a##bits v, int order, int failure)       \
    {                                                                                              \
        a##bits expected = *c;                                                                     \
        a##bits value = cas_##bits(a, expected, v, order, failure, RT_CALLER);                     \
        if (value == expected)                                                                     \
            return 1;                                                                              \
        *c = value;                                                                                \
        return 0;                                                                                  \
    }

#define ATOMICS(bits)                                                                              \
    LOAD(bits)                                                                                     \
    STORE(bits)                                                                                    \
    RMW_AS(SCHED_EXCHANGES, bits, exchange, a##bits##_exchange(a, v))                              \
    FETCH(bits, add)                                                                               \
    FETCH(bits, sub)                                                                               \
    FETCH(bits, and)                                                                               \
    FETCH(bits, or)                                                                                \
    FETCH(bits, xor)                                                                               \
    FETCH(bits, nand)                                                                              \
    CAS(bits)

ATOMICS(8)
ATOMICS(16)
ATOMICS(32)
ATOMICS(64)

#define FETCH_128(name, expression)                                                                \
    static inline a128 a128_##name(volatile a128 *a, a128 v)                                       \
    {                                                                                              \
        a128 seen = *a;                                                                            \
        for (;;) {                                                                                 \
            a128 found = a128_cas(a, seen, expression);                                            \
            if (found == seen)                                                                     \
                return seen;                                                                       \
            seen = found;                                                                          \
        }                                                                                          \
    }                                                                                              \
    RMW(128, fetch_##name, a128_##name(a, v))

LOAD(128)
STORE(128)
RMW(128, exchange, a128_exchange(a, v))
FETCH_128(add, seen + v)
FETCH_128(sub, seen - v)
FETCH_128(and, seen &v)
FETCH_128(or, seen | v)
FETCH_128(xor, seen ^ v)
FETCH_128(nand, ~(seen &v))
CAS(128)

RT_EXPORT void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_fence(task, order_now(order));
        rt_leave();
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Orders a thread with its own signal handlers, which program order already does (P8, P10). */
RT_EXPORT void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
    (void)order;
}
