/*
 * atomics: every atomic operation of every size, through whatever __tsan_atomic* functions the
 * program got: the no-op hooks alone, or the detector. Exits 0 when all results are right.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define TURNS 2000

typedef unsigned __int128 uint128_t;

static void wrong(const char *what, int bits)
{
    fprintf(stderr, "wrong: %s of %d bits\n", what, bits);
    exit(1);
}
#define SAME(value, expected, what)                                                                \
    do {                                                                                           \
        if ((value) != (expected))                                                                 \
            wrong(what, (int)sizeof(value) * 8);                                                   \
    } while (0)

/* One thread: each operation's answer and effect. */
#define OPERATIONS(type)                                                                           \
    static void operations_##type(void)                                                            \
    {                                                                                              \
        static _Atomic type v;                                                                     \
        type high = (type)((type)1 << (sizeof(type) * 8 - 1)), seen;                               \
        atomic_store(&v, (type)(high | 5));                                                        \
        SAME(atomic_load(&v), (type)(high | 5), "load");                                           \
        atomic_store_explicit(&v, 12, memory_order_relaxed);                                       \
        SAME(atomic_load_explicit(&v, memory_order_acquire), (type)12, "relaxed store");           \
        SAME(atomic_exchange(&v, 7), (type)12, "exchange");                                        \
        SAME(atomic_fetch_add(&v, 5), (type)7, "fetch_add");                                       \
        SAME(atomic_fetch_sub(&v, 2), (type)12, "fetch_sub");                                      \
        SAME(atomic_fetch_and(&v, 6), (type)10, "fetch_and");                                      \
        SAME(atomic_fetch_or(&v, high), (type)2, "fetch_or");                                      \
        SAME(atomic_fetch_xor(&v, 3), (type)(high | 2), "fetch_xor");                              \
        SAME(__atomic_fetch_nand((type *)&v, 3, __ATOMIC_SEQ_CST), (type)(high | 1), "nand");      \
        SAME(atomic_load(&v), (type) ~(type)1, "nand's effect");                                   \
        atomic_store(&v, high);                                                                    \
        seen = 1;                                                                                  \
        SAME(atomic_compare_exchange_strong(&v, &seen, 3), 0, "failed compare_exchange");          \
        SAME(seen, high, "what a failed compare_exchange saw");                                    \
        SAME(atomic_compare_exchange_strong(&v, &seen, 3), 1, "compare_exchange");                 \
        while (!atomic_compare_exchange_weak(&v, &(type){3}, 4))                                   \
            ;                                                                                      \
        SAME(atomic_load(&v), (type)4, "weak compare_exchange");                                   \
        SAME(__sync_val_compare_and_swap((type *)&v, 4, 9), (type)4, "val compare_exchange");      \
    }                                                                                              \
    static _Atomic type sum_##type;

OPERATIONS(uint8_t)
OPERATIONS(uint16_t)
OPERATIONS(uint32_t)
OPERATIONS(uint64_t)
OPERATIONS(uint128_t)

/* Two threads: nothing is lost. */
static void *adder(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        atomic_fetch_add(&sum_uint8_t, 1);
        atomic_fetch_add(&sum_uint16_t, 3);
        atomic_fetch_add(&sum_uint32_t, 5);
        atomic_fetch_add(&sum_uint64_t, 7);
        uint128_t seen = atomic_load(&sum_uint128_t);
        while (
            !atomic_compare_exchange_weak(&sum_uint128_t, &seen, seen + (((uint128_t)1 << 64) | 1)))
            ;
    }
    return unused;
}

/* Store buffering: with seq_cst both reads cannot miss the other's store. */
static atomic_int x, y, gate;
static int read_x, read_y;
static void *first(void *unused)
{
    while (atomic_load_explicit(&gate, memory_order_relaxed) == 0)
        sched_yield();
    atomic_store(&x, 1);
    read_y = atomic_load(&y);
    return unused;
}
static void *second(void *unused)
{
    atomic_store_explicit(&gate, 1, memory_order_relaxed);
    atomic_store_explicit(&y, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    read_x = atomic_load(&x);
    return unused;
}

static void both(void *(*f)(void *), void *(*g)(void *))
{
    pthread_t a, b;
    if (pthread_create(&a, NULL, f, NULL) || pthread_create(&b, NULL, g, NULL))
        exit(2);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

int main(void)
{
    operations_uint8_t();
    operations_uint16_t();
    operations_uint32_t();
    operations_uint64_t();
    operations_uint128_t();
    both(adder, adder);
    SAME(atomic_load(&sum_uint8_t), (uint8_t)(2 * TURNS), "sum");
    SAME(atomic_load(&sum_uint16_t), (uint16_t)(6 * TURNS), "sum");
    SAME(atomic_load(&sum_uint32_t), (uint32_t)(10 * TURNS), "sum");
    SAME(atomic_load(&sum_uint64_t), (uint64_t)(14 * TURNS), "sum");
    SAME(atomic_load(&sum_uint128_t), (((uint128_t)2 * TURNS) << 64) | (2 * TURNS), "sum");
    for (int i = 0; i < 50; i++) {
        atomic_store(&x, 0);
        atomic_store(&y, 0);
        atomic_store(&gate, 0);
        both(first, second);
        if (!read_x && !read_y)
            wrong("sequential consistency", 32);
    }
    return 0;
}
