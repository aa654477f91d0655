/*
 * tsan_annotations: what programs themselves tell a race detector. TSan's public interface
 * (sanitizer/tsan_interface.h) and the older dynamic annotations (Annotate…), same meaning.
 *
 * Every function is a no-op while the library is passive. File and line arguments are not used:
 * our own contexts say where.
 */
#include "interpose/benign.h"
#include "interpose/thread.h"
#include "interpose/tsan.h"

/* Declares and defines an exported function. */
#define PUBLIC(ret, name, params)                                                                  \
    RT_EXPORT ret name params;                                                                     \
    ret name params

#define WITH_TASK(statement)                                                                       \
    do {                                                                                           \
        struct hb_task *task = rt_enter();                                                         \
        if (task) {                                                                                \
            statement;                                                                             \
            rt_leave();                                                                            \
        }                                                                                          \
    } while (0)

/* ---- plain edges ---- */

PUBLIC(void, __tsan_acquire, (void *addr))
{
    WITH_TASK(hb_note_acquire(task, (uintptr_t)addr));
}

PUBLIC(void, __tsan_release, (void *addr))
{
    WITH_TASK(hb_note_release(task, (uintptr_t)addr));
}

PUBLIC(void, AnnotateHappensBefore, (const char *file, int line, uintptr_t addr))
{
    (void)file, (void)line;
    WITH_TASK(hb_note_release(task, addr));
}

PUBLIC(void, AnnotateHappensAfter, (const char *file, int line, uintptr_t addr))
{
    (void)file, (void)line;
    WITH_TASK(hb_note_acquire(task, addr));
}

PUBLIC(void, WTFAnnotateHappensBefore, (const char *file, int line, uintptr_t addr))
{
    AnnotateHappensBefore(file, line, addr);
}

PUBLIC(void, WTFAnnotateHappensAfter, (const char *file, int line, uintptr_t addr))
{
    AnnotateHappensAfter(file, line, addr);
}

/* ---- hand-made mutexes ---- */

enum {
    MUTEX_READ_LOCK = 1 << 3,
    MUTEX_TRY_LOCK = 1 << 4,
    MUTEX_TRY_LOCK_FAILED = 1 << 5,
    MUTEX_RECURSIVE_LOCK = 1 << 6,
    MUTEX_RECURSIVE_UNLOCK = 1 << 7,
};

/* Who may unlock is the affair of who made the mutex. */
static void lock_released(struct hb_task *task, uintptr_t lock)
{
    if (!hb_lock_release(task, lock))
        hb_lock_release_foreign(task, lock);
}

PUBLIC(void, __tsan_mutex_create, (void *addr, unsigned flags))
{
    (void)flags;
    WITH_TASK(hb_lock_create(task, (uintptr_t)addr, HB_RWLOCK, RT_CALLER));
}

PUBLIC(void, __tsan_mutex_destroy, (void *addr, unsigned flags))
{
    (void)flags;
    WITH_TASK(hb_sync_forget(task, (uintptr_t)addr));
}

/* Between pre and post runs the implementation of the mutex: its own accesses do not count, and its
 * atomics order nothing. (Readers that count themselves would be in order.) */
static void implementation_begin(void)
{
    hb_ignore_begin(&rt_cursor);
    rt_self.ignore_sync++;
}

static void implementation_end(void)
{
    rt_self.ignore_sync -= rt_self.ignore_sync > 0;
    hb_ignore_end(&rt_cursor);
}

PUBLIC(void, __tsan_mutex_pre_lock, (void *addr, unsigned flags))
{
    (void)addr, (void)flags;
    implementation_begin();
}

PUBLIC(void, __tsan_mutex_post_lock, (void *addr, unsigned flags, int recursion))
{
    implementation_end();
    if (flags & MUTEX_TRY_LOCK_FAILED)
        return;
    uint32_t levels = flags & MUTEX_RECURSIVE_LOCK && recursion > 0 ? (uint32_t)recursion : 1;
    unsigned how = (flags & MUTEX_READ_LOCK ? HB_LOCK_SHARED : 0) |
                   (flags & MUTEX_TRY_LOCK ? HB_LOCK_TRIED : 0);
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    for (uint32_t i = 0; i < levels; i++)
        hb_lock_acquire(task, (uintptr_t)addr, HB_RWLOCK, how, RT_CALLER);
    rt_leave();
}

PUBLIC(int, __tsan_mutex_pre_unlock, (void *addr, unsigned flags))
{
    int levels = 1;
    struct hb_task *task = rt_enter();
    if (task) {
        if (flags & MUTEX_RECURSIVE_UNLOCK)
            levels = (int)hb_lock_release_all(task, (uintptr_t)addr);
        if (!(flags & MUTEX_RECURSIVE_UNLOCK) || levels == 0)
            lock_released(task, (uintptr_t)addr);
        rt_leave();
    }
    implementation_begin();
    return levels ? levels : 1;
}

PUBLIC(void, __tsan_mutex_post_unlock, (void *addr, unsigned flags))
{
    (void)addr, (void)flags;
    implementation_end();
}

PUBLIC(void, __tsan_mutex_pre_signal, (void *addr, unsigned flags))
{
    (void)addr, (void)flags;
    implementation_begin();
}

PUBLIC(void, __tsan_mutex_post_signal, (void *addr, unsigned flags))
{
    (void)addr, (void)flags;
    implementation_end();
}

/* Divert: user code called from within the implementation counts again. */
PUBLIC(void, __tsan_mutex_pre_divert, (void *addr, unsigned flags))
{
    (void)addr, (void)flags;
    implementation_end();
}

PUBLIC(void, __tsan_mutex_post_divert, (void *addr, unsigned flags))
{
    (void)addr, (void)flags;
    implementation_begin();
}

PUBLIC(void, AnnotateRWLockCreate, (const char *file, int line, uintptr_t lock))
{
    (void)file, (void)line;
    WITH_TASK(hb_lock_create(task, lock, HB_RWLOCK, RT_CALLER));
}

PUBLIC(void, AnnotateRWLockCreateStatic, (const char *file, int line, uintptr_t lock))
{
    AnnotateRWLockCreate(file, line, lock);
}

PUBLIC(void, AnnotateRWLockDestroy, (const char *file, int line, uintptr_t lock))
{
    (void)file, (void)line;
    WITH_TASK(hb_sync_forget(task, lock));
}

PUBLIC(void, AnnotateRWLockAcquired,
       (const char *file, int line, uintptr_t lock, uintptr_t is_write))
{
    (void)file, (void)line;
    WITH_TASK(hb_lock_acquire(task, lock, HB_RWLOCK, is_write ? 0 : HB_LOCK_SHARED, RT_CALLER));
}

PUBLIC(void, AnnotateRWLockReleased,
       (const char *file, int line, uintptr_t lock, uintptr_t is_write))
{
    (void)file, (void)line, (void)is_write;
    WITH_TASK(lock_released(task, lock));
}

/* ---- what not to look at ---- */

#define IGNORE_PAIR(name)                                                                          \
    PUBLIC(void, name##Begin, (const char *file, int line))                                        \
    {                                                                                              \
        (void)file, (void)line;                                                                    \
        hb_ignore_begin(&rt_cursor);                                                               \
    }                                                                                              \
    PUBLIC(void, name##End, (const char *file, int line))                                          \
    {                                                                                              \
        (void)file, (void)line;                                                                    \
        hb_ignore_end(&rt_cursor);                                                                 \
    }

/* Reads and writes are ignored together, as TSan does. */
IGNORE_PAIR(AnnotateIgnoreReads)
IGNORE_PAIR(AnnotateIgnoreWrites)

/* Of atomics and fences: what is ordered by locks stays so. */
PUBLIC(void, AnnotateIgnoreSyncBegin, (const char *file, int line))
{
    (void)file, (void)line;
    rt_self.ignore_sync++;
}

PUBLIC(void, AnnotateIgnoreSyncEnd, (const char *file, int line))
{
    (void)file, (void)line;
    rt_self.ignore_sync -= rt_self.ignore_sync > 0;
}

PUBLIC(void, AnnotateBenignRaceSized,
       (const char *file, int line, uintptr_t addr, size_t size, const char *why))
{
    (void)file, (void)line, (void)why;
    benign_add(addr, size);
}

PUBLIC(void, WTFAnnotateBenignRaceSized,
       (const char *file, int line, uintptr_t addr, size_t size, const char *why))
{
    AnnotateBenignRaceSized(file, line, addr, size, why);
}

PUBLIC(void, AnnotateBenignRace, (const char *file, int line, uintptr_t addr, const char *why))
{
    AnnotateBenignRaceSized(file, line, addr, 8, why);
}

PUBLIC(void, AnnotateNewMemory,
       (const char *file, int line, uintptr_t allocator, uintptr_t addr, size_t size))
{
    (void)file, (void)line, (void)allocator;
    WITH_TASK(hb_range_reset(rt_hb, task, addr, size));
}

PUBLIC(void, AnnotateThreadName, (const char *file, int line, const char *name))
{
    (void)file, (void)line;
    WITH_TASK(hb_task_set_name(task, name));
}

/* ---- tagged accesses of foreign languages ---- */

PUBLIC(void, __tsan_external_read, (void *addr, void *caller_pc, void *tag))
{
    (void)tag;
    WITH_TASK(hb_access(task, (uintptr_t)addr, 1, HB_READ, (uintptr_t)caller_pc));
}

PUBLIC(void, __tsan_external_write, (void *addr, void *caller_pc, void *tag))
{
    (void)tag;
    WITH_TASK(hb_access(task, (uintptr_t)addr, 1, HB_WRITE, (uintptr_t)caller_pc));
}

PUBLIC(void *, __tsan_external_register_tag, (const char *object_type))
{
    return (void *)(uintptr_t)object_type;
}

PUBLIC(void, __tsan_external_register_header, (void *tag, const char *header))
{
    (void)tag, (void)header;
}

PUBLIC(void, __tsan_external_assign_tag, (void *addr, void *tag))
{
    (void)addr, (void)tag;
}

PUBLIC(int, RunningOnValgrind, (void))
{
    return 0;
}

PUBLIC(double, ValgrindSlowdown, (void))
{
    return 10; /* what TSan says */
}

/* ---- accepted, without effect on what is found ---- */

#define NO_EFFECT(name, params)                                                                    \
    PUBLIC(void, name, params)                                                                     \
    {                                                                                              \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
NO_EFFECT(AnnotateCondVarSignal, (const char *file, int line, uintptr_t cv))
NO_EFFECT(AnnotateCondVarSignalAll, (const char *file, int line, uintptr_t cv))
NO_EFFECT(AnnotateCondVarWait, (const char *file, int line, uintptr_t cv, uintptr_t lock))
NO_EFFECT(AnnotateEnableRaceDetection, (const char *file, int line, int enable))
NO_EFFECT(AnnotateExpectRace, (const char *file, int line, uintptr_t addr, const char *why))
NO_EFFECT(AnnotateFlushExpectedRaces, (const char *file, int line))
NO_EFFECT(AnnotateFlushState, (const char *file, int line))
NO_EFFECT(AnnotateMemoryIsInitialized, (const char *file, int line, uintptr_t addr, size_t size))
NO_EFFECT(AnnotateMemoryIsUninitialized, (const char *file, int line, uintptr_t addr, size_t size))
NO_EFFECT(AnnotateMutexIsNotPHB, (const char *file, int line, uintptr_t mutex))
NO_EFFECT(AnnotateMutexIsUsedAsCondVar, (const char *file, int line, uintptr_t mutex))
NO_EFFECT(AnnotateNoOp, (const char *file, int line, uintptr_t addr))
NO_EFFECT(AnnotatePCQCreate, (const char *file, int line, uintptr_t queue))
NO_EFFECT(AnnotatePCQDestroy, (const char *file, int line, uintptr_t queue))
NO_EFFECT(AnnotatePCQPut, (const char *file, int line, uintptr_t queue))
NO_EFFECT(AnnotatePCQGet, (const char *file, int line, uintptr_t queue))
NO_EFFECT(AnnotatePublishMemoryRange, (const char *file, int line, uintptr_t addr, size_t size))
NO_EFFECT(AnnotateUnpublishMemoryRange, (const char *file, int line, uintptr_t addr, size_t size))
NO_EFFECT(AnnotateTraceMemory, (const char *file, int line, uintptr_t addr))
NO_EFFECT(__tsan_flush_memory, (void))
NO_EFFECT(__tsan_check_no_mutexes_held, (void))
NO_EFFECT(__tsan_on_thread_idle, (void))
#pragma GCC diagnostic pop
