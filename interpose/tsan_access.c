/*
 * tsan_access: plain accesses and calls, as -fsanitize=thread of gcc and clang emits them.
 *
 * Each entry point answers the same-epoch question inline (hb/fast.h) and else jumps to its slow
 * half as a sibling call, which therefore sees the instrumented code as its own caller. The fast
 * half is a leaf: no call, no push, no atomic read-modify-write; tests/hot checks that.
 */
#include "hb/fast.h"
#include "interpose/control/control.h"
#include "interpose/enter.h"
#include "interpose/memory_limit.h"
#include "interpose/runtime.h"
#include "interpose/tsan.h"

#define SLOW __attribute__((noinline, cold))

/* Of the engine, for fast.h; contexts: NULL where control is to hear of accesses. */
static const struct record *records;
static const struct intern_key *contexts;

/* Any access, after the fast half found nothing. `sp` is the stack pointer of the caller. */
static void access_slow(uintptr_t addr, size_t size, enum hb_kind kind, uintptr_t pc, uintptr_t sp)
{
    if (!contexts && control_active())
        control_plain_access(kind != HB_READ, (void *)addr, size, pc);
    struct hb_task *task = enter();
    if (!task)
        return;
    memory_limit_poll(task);
    fast_call_heal(&rt_cursor, sp);
    hb_access(task, addr, size, kind, pc);
    leave();
}

/* The same, where it may well be what the task did in another epoch. */
static inline __attribute__((always_inline)) void
access_new(uintptr_t addr, uint32_t size, enum hb_kind kind, uintptr_t pc, uintptr_t sp)
{
    __builtin_prefetch((const void *)addr); /* for the program: loads do not pass the exchange */
    if (!contexts || !fast_again(tsan_shadow_dir, contexts, &rt_cursor, addr, size, kind, pc, sp))
        access_slow(addr, size, kind, pc, sp);
}

#define ACCESS_SLOW(name, size, kind)                                                              \
    __attribute__((noinline)) static void name##_slow(void *addr)                                  \
    {                                                                                              \
        access_new((uintptr_t)addr, size, kind, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());      \
    }

#define ACCESS_BY(check, name, size, kind, forbidden)                                              \
    ACCESS_SLOW(name, size, kind)                                                                  \
    RT_EXPORT void name(void *addr);                                                               \
    void name(void *addr)                                                                          \
    {                                                                                              \
        if (__builtin_expect(                                                                      \
                !check(tsan_shadow_dir, rt_cursor.word, (uintptr_t)addr, size, forbidden), 0))     \
            name##_slow(addr);                                                                     \
    }

#define ACCESS(name, size, kind, forbidden) ACCESS_BY(fast_same_epoch, name, size, kind, forbidden)

#define ACCESS_PC(name, size, kind)                                                                \
    RT_EXPORT void name(void *addr, void *pc);                                                     \
    void name(void *addr, void *pc)                                                                \
    {                                                                                              \
        access_slow((uintptr_t)addr, size, kind, (uintptr_t)pc, (uintptr_t)__builtin_dwarf_cfa()); \
    }

/* Of tables that two tasks read the heads are mostly the other's. Vectorised loops read tables; of
 * smaller reads too many would look in vain. */
static inline __attribute__((always_inline)) bool known_16(uintptr_t addr, enum hb_kind kind)
{
    return kind == HB_READ ? fast_read_listed(tsan_shadow_dir, records, rt_cursor.word, addr)
                           : fast_same_epoch_16(tsan_shadow_dir, rt_cursor.word, addr, FAST_WRITE);
}

#define ACCESS_16(name, kind)                                                                      \
    SLOW static void name##_slow(void *addr)                                                       \
    {                                                                                              \
        access_slow((uintptr_t)addr, 16, kind, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());       \
    }                                                                                              \
    RT_EXPORT void name(void *addr);                                                               \
    void name(void *addr)                                                                          \
    {                                                                                              \
        if (__builtin_expect(!known_16((uintptr_t)addr, kind), 0))                                 \
            name##_slow(addr);                                                                     \
    }

#define ACCESS_SIZES(prefix, kind, forbidden)                                                      \
    ACCESS(prefix##1, 1, kind, forbidden)                                                          \
    ACCESS(prefix##2, 2, kind, forbidden)                                                          \
    ACCESS(prefix##4, 4, kind, forbidden)                                                          \
    ACCESS(prefix##8, 8, kind, forbidden)                                                          \
    ACCESS_16(prefix##16, kind)

#define ACCESS_SIZES_UNALIGNED(prefix, kind, forbidden)                                            \
    ACCESS_BY(fast_same_epoch_unaligned, prefix##2, 2, kind, forbidden)                            \
    ACCESS_BY(fast_same_epoch_unaligned, prefix##4, 4, kind, forbidden)                            \
    ACCESS_BY(fast_same_epoch_unaligned, prefix##8, 8, kind, forbidden)                            \
    ACCESS_16(prefix##16, kind)

#define ACCESS_SIZES_PC(prefix, kind)                                                              \
    ACCESS_PC(prefix##1_pc, 1, kind)                                                               \
    ACCESS_PC(prefix##2_pc, 2, kind)                                                               \
    ACCESS_PC(prefix##4_pc, 4, kind)                                                               \
    ACCESS_PC(prefix##8_pc, 8, kind)                                                               \
    ACCESS_PC(prefix##16_pc, 16, kind)

ACCESS_SIZES(__tsan_read, HB_READ, FAST_READ)
ACCESS_SIZES(__tsan_write, HB_WRITE, FAST_WRITE)
ACCESS_SIZES_UNALIGNED(__tsan_unaligned_read, HB_READ, FAST_READ)
ACCESS_SIZES_UNALIGNED(__tsan_unaligned_write, HB_WRITE, FAST_WRITE)
ACCESS_SIZES_PC(__tsan_read, HB_READ)
ACCESS_SIZES_PC(__tsan_write, HB_WRITE)

/* A read directly followed by a write of the same bytes: the write says it all. */
ACCESS_SIZES(__tsan_read_write, HB_WRITE, FAST_WRITE)
ACCESS_SIZES_UNALIGNED(__tsan_unaligned_read_write, HB_WRITE, FAST_WRITE)

/* volatile is a plain access (P9). */
ACCESS_SIZES(__tsan_volatile_read, HB_READ, FAST_READ)
ACCESS_SIZES(__tsan_volatile_write, HB_WRITE, FAST_WRITE)
ACCESS_SIZES_UNALIGNED(__tsan_unaligned_volatile_read, HB_READ, FAST_READ)
ACCESS_SIZES_UNALIGNED(__tsan_unaligned_volatile_write, HB_WRITE, FAST_WRITE)

/* gcc has no other name for an access that is not aligned, so most are small. */
static inline __attribute__((always_inline)) bool known_range(uintptr_t addr, unsigned long size,
                                                              uint64_t forbidden)
{
    return size <= GRANULE_BYTES && fast_same_epoch_unaligned(tsan_shadow_dir, rt_cursor.word, addr,
                                                              (uint32_t)size, forbidden);
}

#define ACCESS_RANGE(name, kind, forbidden)                                                        \
    RT_EXPORT void name(void *addr, unsigned long size);                                           \
    void name(void *addr, unsigned long size)                                                      \
    {                                                                                              \
        if (size && !known_range((uintptr_t)addr, size, forbidden))                                \
            access_slow((uintptr_t)addr, size, kind, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa()); \
    }                                                                                              \
    RT_EXPORT void name##_pc(void *addr, unsigned long size, void *pc);                            \
    void name##_pc(void *addr, unsigned long size, void *pc)                                       \
    {                                                                                              \
        if (size)                                                                                  \
            access_slow((uintptr_t)addr, size, kind, (uintptr_t)pc,                                \
                        (uintptr_t)__builtin_dwarf_cfa());                                         \
    }

ACCESS_RANGE(__tsan_read_range, HB_READ, FAST_READ)
ACCESS_RANGE(__tsan_write_range, HB_WRITE, FAST_WRITE)

/* ---- C++ objects: the pointer to the table of virtual functions ---- */

RT_EXPORT void __tsan_vptr_read(void **vptr);
void __tsan_vptr_read(void **vptr)
{
    access_slow((uintptr_t)vptr, sizeof *vptr, HB_READ, RT_CALLER,
                (uintptr_t)__builtin_dwarf_cfa());
}

/* Constructors and destructors store the same table again and again; only a change counts. */
RT_EXPORT void __tsan_vptr_update(void **vptr, void *value);
void __tsan_vptr_update(void **vptr, void *value)
{
    if (*vptr != value)
        access_slow((uintptr_t)vptr, sizeof *vptr, HB_WRITE, RT_CALLER,
                    (uintptr_t)__builtin_dwarf_cfa());
}

/* ---- calls ---- */

SLOW static void func_entry_slow(void *call_pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    hb_call_enter(&rt_cursor, (uintptr_t)call_pc, (uintptr_t)__builtin_dwarf_cfa());
    rt_leave();
}

RT_EXPORT void __tsan_func_entry(void *call_pc);
void __tsan_func_entry(void *call_pc)
{
    if (__builtin_expect(
            !fast_call_enter(&rt_cursor, (uintptr_t)call_pc, (uintptr_t)__builtin_dwarf_cfa()), 0))
        func_entry_slow(call_pc);
}

/* The border at the bottom of a task's frames has call_pc 0 and stays. An unbound cursor has no
 * frame at all. */
RT_EXPORT void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
    struct hb_frame *top = rt_cursor.top;
    if (__builtin_expect(top != NULL && top->call_pc != 0, 1))
        rt_cursor.top = top - 1;
}

void rt_call_begin(uintptr_t call_pc, uintptr_t sp)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    /* Below the frame of the caller, who may have entered with this very stack pointer. */
    hb_call_enter(&rt_cursor, call_pc, sp - sizeof(void *));
    rt_leave();
}

void rt_call_end(uintptr_t call_pc)
{
    struct hb_frame *top = rt_cursor.top;
    if (top && top->call_pc == call_pc)
        rt_cursor.top = top - 1;
}

RT_EXPORT void __tsan_init(void);
void __tsan_init(void)
{
    rt_boot();
}

RT_EXPORT void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_begin(void)
{
    hb_ignore_begin(&rt_cursor);
}

RT_EXPORT void __tsan_ignore_thread_end(void);
void __tsan_ignore_thread_end(void)
{
    hb_ignore_end(&rt_cursor);
}

/* ---- the checks that `racerun cc` puts into programs: those above but for the call ---- */

RT_EXPORT struct inline_table INLINE_TABLE;
extern struct inline_table tsan_inline __attribute__((alias(INLINE_TABLE_NAME)));

/* Of no epoch: whoever compares with it makes the call. */
static __thread uint64_t no_word;

void tsan_inline_begin(void)
{
    uintptr_t thread = (uintptr_t)__builtin_thread_pointer();
    /* Under `racerun explore` an atomic operation is a scheduling point. */
    const uint64_t *loads = control_block ? &no_word : &rt_cursor.word;
    records = hb_records(rt_hb);
    contexts = control_block ? NULL : hb_contexts(rt_hb);
    tsan_inline.cursor = (int64_t)((uintptr_t)&rt_cursor - thread);
    tsan_inline.loads = (int64_t)((uintptr_t)loads - thread);
}

void tsan_accesses_tell(bool all)
{
    contexts = all ? NULL : hb_contexts(rt_hb);
    hb_task_all_slow(rt_cursor.task, all);
}

static_assert(INLINE_CHUNK_BITS == SHADOW_CHUNK_BITS && INLINE_ENTRIES == SHADOW_DIR_ENTRIES &&
                  INLINE_GRANULE_BYTES == GRANULE_BYTES &&
                  sizeof(struct granule) == 2 * GRANULE_BYTES &&
                  offsetof(struct granule, word) == 0,
              "programs know where the shadow is");
static_assert(INLINE_READ == RECORD_NOT_WRITE && INLINE_SETTLED == RECORD_SETTLED &&
                  INLINE_SETTLED_KINDS == (RECORD_NOT_WRITE | RECORD_ATOMIC) &&
                  RECORD_BYTES_MASK == 0xff,
              "programs know the low bits of records");
static_assert(offsetof(struct inline_table, loads) == 8 &&
                  offsetof(struct inline_table, directory) == 16 &&
                  offsetof(struct hb_cursor, word) == 0 &&
                  offsetof(struct hb_cursor, top) == INLINE_CURSOR_TOP &&
                  offsetof(struct hb_cursor, limit) == INLINE_CURSOR_LIMIT,
              "programs know the table and the cursor");
static_assert(sizeof(struct hb_frame) == INLINE_FRAME_BYTES &&
                  offsetof(struct hb_frame, call_pc) == 0 && offsetof(struct hb_frame, node) == 8 &&
                  offsetof(struct hb_frame, sp) == INLINE_FRAME_SP,
              "programs know frames");
