/*
 * hooks: the compiler's race-detection ABI, doing nothing.
 *
 * `racerun cc` links every program with this library (shared, or static for -static), so that an
 * instrumented program also runs without racerun. Under racerun the preloaded library comes first
 * in the lookup order and this one is never called.
 *
 * The ABI is the union of what gcc 12, clang 14 and clang 19 emit, and the public annotation API of
 * sanitizer/tsan_interface.h. Plain accesses are empty functions. Atomic ones have to perform the
 * operation, with at least the order that was asked for. Every symbol is weak: a program that
 * brings its own AnnotateHappensBefore and friends links statically, too.
 *
 * The functions that a user may define for the detector (__tsan_default_options, ...) are here for
 * linkers, which export a program's own only if a library of the link has them; nobody calls ours.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "proto/inline.h"

#define HOOK __attribute__((weak, visibility("default")))
/* The compilers call these names without a declaration of ours in sight. */
#define EMPTY(name, ...)                                                                           \
    HOOK void name(__VA_ARGS__);                                                                   \
    HOOK void name(__VA_ARGS__)                                                                    \
    {                                                                                              \
    }
#define ANSWER(type, value, name, ...)                                                             \
    HOOK type name(__VA_ARGS__);                                                                   \
    HOOK type name(__VA_ARGS__)                                                                    \
    {                                                                                              \
        return value;                                                                              \
    }

#pragma GCC diagnostic ignored "-Wunused-parameter"

/* ---- functions, initialisation ---- */

/* At an odd address: the checks that `racerun cc` puts into programs make no call. */
__asm__(".pushsection .rodata\n\t.balign 2\n\t.byte 0\n\t"
        ".weak " INLINE_TABLE_NAME "\n\t.type " INLINE_TABLE_NAME ", @object\n\t"
        ".size " INLINE_TABLE_NAME ", 1\n" INLINE_TABLE_NAME ":\n\t.byte 0\n\t.popsection");

/* Tells a statically linked copy of this library from a real runtime. */
HOOK extern const int racerun_hooks;
HOOK const int racerun_hooks = 1;

/* racerun/test.h: racerun is two folders above this library; 0 when it is elsewhere. */
HOOK int rrun_tool(char *ret_path, size_t size);
HOOK int rrun_tool(char *ret_path, size_t size)
{
    static const char below[] = "../../bin/racerun";
    Dl_info info;
    const char *slash = dladdr(&racerun_hooks, &info) ? strrchr(info.dli_fname, '/') : NULL;
    size_t length = slash ? (size_t)(slash - info.dli_fname) + 1 : 0;
    if (!slash || length + sizeof below > size)
        return 0;
    memcpy(ret_path, info.dli_fname, length);
    memcpy(ret_path + length, below, sizeof below);
    return access(ret_path, X_OK) == 0;
}

EMPTY(__tsan_init, void)
EMPTY(__tsan_func_entry, void *caller)
EMPTY(__tsan_func_exit, void)
EMPTY(__tsan_ignore_thread_begin, void)
EMPTY(__tsan_ignore_thread_end, void)
EMPTY(__tsan_vptr_update, void **slot, void *value)
EMPTY(__tsan_vptr_read, void **slot)
EMPTY(__tsan_flush_memory, void)

/* ---- plain accesses ---- */

#define ACCESSES(size)                                                                             \
    EMPTY(__tsan_read##size, void *p)                                                              \
    EMPTY(__tsan_write##size, void *p)                                                             \
    EMPTY(__tsan_read_write##size, void *p)                                                        \
    EMPTY(__tsan_volatile_read##size, void *p)                                                     \
    EMPTY(__tsan_volatile_write##size, void *p)                                                    \
    EMPTY(__tsan_read##size##_pc, void *p, void *pc)                                               \
    EMPTY(__tsan_write##size##_pc, void *p, void *pc)
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

#define UNALIGNED(size)                                                                            \
    EMPTY(__tsan_unaligned_read##size, const void *p)                                              \
    EMPTY(__tsan_unaligned_write##size, void *p)                                                   \
    EMPTY(__tsan_unaligned_read_write##size, void *p)                                              \
    EMPTY(__tsan_unaligned_volatile_read##size, const void *p)                                     \
    EMPTY(__tsan_unaligned_volatile_write##size, void *p)
UNALIGNED(1)
UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)

EMPTY(__tsan_read_range, void *p, size_t size)
EMPTY(__tsan_write_range, void *p, size_t size)
EMPTY(__tsan_read_range_pc, void *p, size_t size, void *pc)
EMPTY(__tsan_write_range_pc, void *p, size_t size, void *pc)

ANSWER(void *, memcpy(to, from, size), __tsan_memcpy, void *to, const void *from, size_t size)
ANSWER(void *, memmove(to, from, size), __tsan_memmove, void *to, const void *from, size_t size)
ANSWER(void *, memset(p, value, size), __tsan_memset, void *p, int value, size_t size)

/* ---- atomics ----
 * x86: every read-modify-write is a full fence, a load acquires, a store releases; so only the
 * store that must be sequentially consistent costs more than asked for. */

static inline int order_is_seq_cst(int order)
{
    return (order & 0x7fff) == __ATOMIC_SEQ_CST;
}

#define ATOMIC_RMW(bits, type, name, builtin)                                                      \
    ANSWER(type, __atomic_##builtin(p, value, __ATOMIC_SEQ_CST), __tsan_atomic##bits##_##name,     \
           volatile type *p, type value, int order)

#define ATOMIC_CAS(bits, type, name)                                                               \
    ANSWER(int,                                                                                    \
           __atomic_compare_exchange_n(p, expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST), \
           __tsan_atomic##bits##_compare_exchange_##name, volatile type *p, type *expected,        \
           type value, int order, int failure_order)

#define ATOMICS(bits, type)                                                                        \
    ANSWER(type, __atomic_load_n(p, __ATOMIC_SEQ_CST), __tsan_atomic##bits##_load,                 \
           const volatile type *p, int order)                                                      \
    HOOK void __tsan_atomic##bits##_store(volatile type *p, type value, int order);                \
    HOOK void __tsan_atomic##bits##_store(volatile type *p, type value, int order)                 \
    {                                                                                              \
        if (order_is_seq_cst(order))                                                               \
            __atomic_store_n(p, value, __ATOMIC_SEQ_CST);                                          \
        else                                                                                       \
            __atomic_store_n(p, value, __ATOMIC_RELEASE);                                          \
    }                                                                                              \
    ATOMIC_RMW(bits, type, exchange, exchange_n)                                                   \
    ATOMIC_RMW(bits, type, fetch_add, fetch_add)                                                   \
    ATOMIC_RMW(bits, type, fetch_sub, fetch_sub)                                                   \
    ATOMIC_RMW(bits, type, fetch_and, fetch_and)                                                   \
    ATOMIC_RMW(bits, type, fetch_or, fetch_or)                                                     \
    ATOMIC_RMW(bits, type, fetch_xor, fetch_xor)                                                   \
    ATOMIC_RMW(bits, type, fetch_nand, fetch_nand)                                                 \
    ATOMIC_CAS(bits, type, strong)                                                                 \
    ATOMIC_CAS(bits, type, weak)                                                                   \
    HOOK type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type expected,          \
                                                         type value, int order, int failure);      \
    HOOK type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type expected,          \
                                                         type value, int order, int failure)       \
    {                                                                                              \
        __atomic_compare_exchange_n(p, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);   \
        return expected;                                                                           \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wsync-nand"
#endif
ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
#pragma GCC diagnostic pop

/* 128 bits: cmpxchg16b alone (-mcx16), as libatomic does it; no lock, no further library. */
typedef unsigned __int128 wide;

static inline wide wide_cas(const volatile wide *p, wide expected, wide value)
{
    return __sync_val_compare_and_swap((volatile wide *)p, expected, value);
}

#define WIDE_RMW(name, result)                                                                     \
    HOOK wide __tsan_atomic128_##name(volatile wide *p, wide value, int order);                    \
    HOOK wide __tsan_atomic128_##name(volatile wide *p, wide value, int order)                     \
    {                                                                                              \
        wide old = wide_cas(p, 0, 0);                                                              \
        for (;;) {                                                                                 \
            wide seen = wide_cas(p, old, result);                                                  \
            if (seen == old)                                                                       \
                return old;                                                                        \
            old = seen;                                                                            \
        }                                                                                          \
    }
WIDE_RMW(exchange, value)
WIDE_RMW(fetch_add, old + value)
WIDE_RMW(fetch_sub, old - value)
WIDE_RMW(fetch_and, old &value)
WIDE_RMW(fetch_or, old | value)
WIDE_RMW(fetch_xor, old ^ value)
WIDE_RMW(fetch_nand, ~(old &value))

ANSWER(wide, wide_cas(p, 0, 0), __tsan_atomic128_load, const volatile wide *p, int order)
ANSWER(wide, wide_cas(p, expected, value), __tsan_atomic128_compare_exchange_val, volatile wide *p,
       wide expected, wide value, int order, int failure_order)

/* Not by calling the exchange: a reference to a __tsan_ function makes a module instrumented. */
HOOK void __tsan_atomic128_store(volatile wide *p, wide value, int order);
HOOK void __tsan_atomic128_store(volatile wide *p, wide value, int order)
{
    wide old = wide_cas(p, 0, 0), seen;
    while ((seen = wide_cas(p, old, value)) != old)
        old = seen;
}

#define WIDE_CAS(name)                                                                             \
    HOOK int __tsan_atomic128_compare_exchange_##name(volatile wide *p, wide *expected,            \
                                                      wide value, int order, int failure);         \
    HOOK int __tsan_atomic128_compare_exchange_##name(volatile wide *p, wide *expected,            \
                                                      wide value, int order, int failure)          \
    {                                                                                              \
        wide before = *expected;                                                                   \
        wide seen = wide_cas(p, before, value);                                                    \
        if (seen != before)                                                                        \
            *expected = seen;                                                                      \
        return seen == before;                                                                     \
    }
WIDE_CAS(strong)
WIDE_CAS(weak)

HOOK void __tsan_atomic_thread_fence(int order);
HOOK void __tsan_atomic_thread_fence(int order)
{
    if (order_is_seq_cst(order))
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    else
        __atomic_thread_fence(__ATOMIC_ACQ_REL);
}

HOOK void __tsan_atomic_signal_fence(int order);
HOOK void __tsan_atomic_signal_fence(int order)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* ---- the public API: sanitizer/tsan_interface.h ---- */

EMPTY(__tsan_acquire, void *p)
EMPTY(__tsan_release, void *p)
EMPTY(__tsan_mutex_create, void *p, unsigned flags)
EMPTY(__tsan_mutex_destroy, void *p, unsigned flags)
EMPTY(__tsan_mutex_pre_lock, void *p, unsigned flags)
EMPTY(__tsan_mutex_post_lock, void *p, unsigned flags, int recursion)
ANSWER(int, 0, __tsan_mutex_pre_unlock, void *p, unsigned flags)
EMPTY(__tsan_mutex_post_unlock, void *p, unsigned flags)
EMPTY(__tsan_mutex_pre_signal, void *p, unsigned flags)
EMPTY(__tsan_mutex_post_signal, void *p, unsigned flags)
EMPTY(__tsan_mutex_pre_divert, void *p, unsigned flags)
EMPTY(__tsan_mutex_post_divert, void *p, unsigned flags)
EMPTY(__tsan_check_no_mutexes_held, void)
EMPTY(__tsan_on_thread_idle, void)
ANSWER(void *, NULL, __tsan_external_register_tag, const char *type)
EMPTY(__tsan_external_register_header, void *tag, const char *header)
EMPTY(__tsan_external_assign_tag, void *p, void *tag)
EMPTY(__tsan_external_read, void *p, void *caller, void *tag)
EMPTY(__tsan_external_write, void *p, void *caller, void *tag)

/* Fibers: any non-null handle will do; nothing looks behind it. */
static char fiber;
ANSWER(void *, &fiber, __tsan_get_current_fiber, void)
ANSWER(void *, &fiber, __tsan_create_fiber, unsigned flags)
EMPTY(__tsan_destroy_fiber, void *handle)
EMPTY(__tsan_switch_to_fiber, void *handle, unsigned flags)
EMPTY(__tsan_set_fiber_name, void *handle, const char *name)

ANSWER(const char *, "", __tsan_default_options, void)
ANSWER(const char *, "", __tsan_default_suppressions, void)
EMPTY(__tsan_on_initialize, void)
ANSWER(int, failed, __tsan_on_finalize, int failed)
EMPTY(__tsan_on_report, void *report)

/* There is never a report to ask about. */
ANSWER(void *, NULL, __tsan_get_current_report, void)
ANSWER(int, 0, __tsan_get_report_data, void *report, const char **description, int *count,
       int *stacks, int *mops, int *locs, int *mutexes, int *threads, int *tids, void **sleep,
       unsigned long size)
ANSWER(int, 0, __tsan_get_report_tag, void *report, uintptr_t *tag)
ANSWER(int, 0, __tsan_get_report_stack, void *report, unsigned long i, void **trace,
       unsigned long size)
ANSWER(int, 0, __tsan_get_report_mop, void *report, unsigned long i, int *tid, void **addr,
       int *size, int *write, int *atomic, void **trace, unsigned long trace_size)
ANSWER(int, 0, __tsan_get_report_loc, void *report, unsigned long i, const char **type, void **addr,
       void **start, unsigned long *size, int *tid, int *fd, int *suppressable, void **trace,
       unsigned long trace_size)
ANSWER(int, 0, __tsan_get_report_loc_object_type, void *report, unsigned long i, const char **type)
ANSWER(int, 0, __tsan_get_report_mutex, void *report, unsigned long i, uint64_t *id, void **addr,
       int *destroyed, void **trace, unsigned long trace_size)
ANSWER(int, 0, __tsan_get_report_thread, void *report, unsigned long i, int *tid, uint64_t *os_id,
       int *running, const char **name, int *parent, void **trace, unsigned long trace_size)
ANSWER(int, 0, __tsan_get_report_unique_tid, void *report, unsigned long i, int *tid)
ANSWER(const char *, "", __tsan_locate_address, uintptr_t p, char *name, size_t size,
       uintptr_t *region, size_t *region_size)
ANSWER(int, 0, __tsan_get_alloc_stack, uintptr_t p, uintptr_t *trace, size_t size, int *tid,
       uint64_t *os_id)

/* ---- dynamic annotations ---- */

#define PLACE char *file, int line
ANSWER(int, 0, RunningOnValgrind, void)
ANSWER(double, 10, ValgrindSlowdown, void)
EMPTY(AnnotateHappensBefore, PLACE, uintptr_t p)
EMPTY(AnnotateHappensAfter, PLACE, uintptr_t p)
EMPTY(WTFAnnotateHappensBefore, PLACE, uintptr_t p)
EMPTY(WTFAnnotateHappensAfter, PLACE, uintptr_t p)
EMPTY(AnnotateCondVarSignal, PLACE, uintptr_t p)
EMPTY(AnnotateCondVarSignalAll, PLACE, uintptr_t p)
EMPTY(AnnotateMutexIsNotPHB, PLACE, uintptr_t p)
EMPTY(AnnotateMutexIsUsedAsCondVar, PLACE, uintptr_t p)
EMPTY(AnnotateCondVarWait, PLACE, uintptr_t p, uintptr_t lock)
EMPTY(AnnotateRWLockCreate, PLACE, uintptr_t p)
EMPTY(AnnotateRWLockCreateStatic, PLACE, uintptr_t p)
EMPTY(AnnotateRWLockDestroy, PLACE, uintptr_t p)
EMPTY(AnnotateRWLockAcquired, PLACE, uintptr_t p, uintptr_t is_write)
EMPTY(AnnotateRWLockReleased, PLACE, uintptr_t p, uintptr_t is_write)
EMPTY(AnnotateTraceMemory, PLACE, uintptr_t p)
EMPTY(AnnotateFlushState, PLACE)
EMPTY(AnnotateNewMemory, PLACE, uintptr_t p, size_t size)
EMPTY(AnnotateNoOp, PLACE, uintptr_t p)
EMPTY(AnnotateFlushExpectedRaces, PLACE)
EMPTY(AnnotateEnableRaceDetection, PLACE, int enable)
EMPTY(AnnotatePCQGet, PLACE, uintptr_t p)
EMPTY(AnnotatePCQPut, PLACE, uintptr_t p)
EMPTY(AnnotatePCQDestroy, PLACE, uintptr_t p)
EMPTY(AnnotatePCQCreate, PLACE, uintptr_t p)
EMPTY(AnnotateExpectRace, PLACE, uintptr_t p, char *text)
EMPTY(AnnotateBenignRaceSized, PLACE, uintptr_t p, size_t size, char *text)
EMPTY(WTFAnnotateBenignRaceSized, PLACE, uintptr_t p, size_t size, char *text)
EMPTY(AnnotateBenignRace, PLACE, uintptr_t p, char *text)
EMPTY(AnnotateIgnoreReadsBegin, PLACE)
EMPTY(AnnotateIgnoreReadsEnd, PLACE)
EMPTY(AnnotateIgnoreWritesBegin, PLACE)
EMPTY(AnnotateIgnoreWritesEnd, PLACE)
EMPTY(AnnotateIgnoreSyncBegin, PLACE)
EMPTY(AnnotateIgnoreSyncEnd, PLACE)
EMPTY(AnnotatePublishMemoryRange, PLACE, uintptr_t p, size_t size)
EMPTY(AnnotateUnpublishMemoryRange, PLACE, uintptr_t p, size_t size)
EMPTY(AnnotateThreadName, PLACE, char *name)
EMPTY(AnnotateMemoryIsInitialized, PLACE, uintptr_t p, size_t size)
EMPTY(AnnotateMemoryIsUninitialized, PLACE, uintptr_t p, size_t size)

/* ---- what code under __has_feature(thread_sanitizer) asks of the common runtime ---- */

EMPTY(__sanitizer_print_stack_trace, void)
EMPTY(__sanitizer_set_death_callback, void (*callback)(void))
EMPTY(__sanitizer_set_report_path, const char *path)
EMPTY(__sanitizer_set_report_fd, void *fd)

#define UNALIGNED_COPY(bits)                                                                       \
    HOOK uint##bits##_t __sanitizer_unaligned_load##bits(const void *p);                           \
    HOOK uint##bits##_t __sanitizer_unaligned_load##bits(const void *p)                            \
    {                                                                                              \
        uint##bits##_t value;                                                                      \
        memcpy(&value, p, sizeof value);                                                           \
        return value;                                                                              \
    }                                                                                              \
    HOOK void __sanitizer_unaligned_store##bits(void *p, uint##bits##_t value);                    \
    HOOK void __sanitizer_unaligned_store##bits(void *p, uint##bits##_t value)                     \
    {                                                                                              \
        memcpy(p, &value, sizeof value);                                                           \
    }
UNALIGNED_COPY(16)
UNALIGNED_COPY(32)
UNALIGNED_COPY(64)
