/*
 * misuse: see misuse.h.
 *
 * The engine knows who holds what, but not all: threads lock in ways that it cannot see (code that
 * ran while nobody was inside, libraries that copy initialisers into memory). So where glibc's
 * object knows better, both must agree before anything is said: the owner of a mutex is its
 * `__owner`, a destroyed mutex has the kind -1, a destroyed condition variable bit 2 of `__wrefs`.
 * Under control glibc's objects are not used, and the engine sees all.
 */
#include "interpose/misuse.h"

#include <errno.h>

#include "base/sys.h"
#include "interpose/blocked.h"
#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/finding_builder.h"
#include "interpose/finding_seen.h"
#include "interpose/goroutine.h"

/* ---- the record ---- */

size_t misuse_object_size(enum proto_object_kind kind)
{
    switch (kind) {
    case OBJECT_LOCK:
        return sizeof(pthread_mutex_t);
    case OBJECT_RWLOCK:
        return sizeof(pthread_rwlock_t);
    case OBJECT_CONDITION:
        return sizeof(pthread_cond_t);
    case OBJECT_BARRIER:
        return sizeof(pthread_barrier_t);
    case OBJECT_SPINLOCK:
        return sizeof(pthread_spinlock_t);
    case OBJECT_SEMAPHORE:
        return 32; /* sem_t */
    case OBJECT_ONCE_FLAG:
        return sizeof(pthread_once_t);
    default:
        return 1;
    }
}

static void wait_add(struct builder *b, uint32_t task, struct hb_ctx ctx)
{
    b->waits[b->finding.wait_count++] = (struct proto_wait){
        .task = builder_task(b, task), .stack = builder_stack(b, ctx), .object = PROTO_NONE};
}

void misuse_report(struct hb_task *task, enum proto_misuse misuse, enum proto_object_kind kind,
                   const volatile void *object, uintptr_t pc, struct misuse_other other)
{
    struct hb_ctx now = hb_ctx_here(task, pc);
    if (!rt_control || !rt_control->options.report_misuse ||
        !finding_seen_pair(FINDING_MISUSE + ((uint64_t)misuse << 8), now, other.ctx))
        return;
    struct builder *b = builder_begin(FINDING_MISUSE);
    b->finding.misuse = misuse;
    wait_add(b, hb_task_number(task), now);
    if (other.task)
        wait_add(b, other.task, other.ctx);
    b->finding.about = 1 + builder_object(b, kind, (uintptr_t)object, misuse_object_size(kind));
    finding_commit(b);
    builder_end(b);
}

static struct misuse_other last_of(const struct hb_sync_info *info)
{
    return (struct misuse_other){info->last_task, info->last};
}

/* ---- glibc's objects ---- */

enum {
    KIND_TYPE = 3, /* 0 normal, 1 recursive, 2 errorcheck, 3 adaptive */
    KIND_ROBUST = 16,
    KIND_KNOWN = 3 | 16 | 32 | 64 | 128 | 256 | 512,
    WREFS_DESTROYED = 4,
};

static int mutex_kind(const volatile void *mutex)
{
    return ((const volatile pthread_mutex_t *)mutex)->__data.__kind;
}

/* Whoever misuses it is not told so by an error. */
static bool mutex_is_silent(const volatile void *mutex)
{
    int kind = mutex_kind(mutex), type = kind & KIND_TYPE;
    return (kind & ~KIND_KNOWN) == 0 && !(kind & KIND_ROBUST) &&
           (type == PTHREAD_MUTEX_NORMAL || type == PTHREAD_MUTEX_ADAPTIVE_NP);
}

static bool mutex_is_own(const volatile void *mutex)
{
    return !control_active() &&
           ((const volatile pthread_mutex_t *)mutex)->__data.__owner == (int)sys_gettid();
}

/* ---- unlock ---- */

static void unlock_foreign(struct hb_task *task, const volatile void *lock,
                           enum proto_object_kind kind, enum proto_misuse unheld, uintptr_t pc)
{
    struct hb_sync_info info;
    if (hb_check_freed(task, (uintptr_t)lock, pc))
        return;
    hb_query_sync(task, (uintptr_t)lock, &info);
    if (info.life != HB_SYNC_DESTROYED)
        misuse_report(task, info.owner ? MISUSE_UNLOCK_FOREIGN : unheld, kind, lock, pc,
                      last_of(&info));
    else if (kind != OBJECT_LOCK) /* a mutex that was initialised anew behind our back */
        misuse_report(task, MISUSE_DESTROYED, kind, lock, pc, last_of(&info));
    hb_lock_release_foreign(task, (uintptr_t)lock);
}

void misuse_mutex_unlock(struct hb_task *task, const volatile void *mutex, uintptr_t pc)
{
    if (hb_check_freed(task, (uintptr_t)mutex, pc))
        return;
    if (mutex_is_own(mutex))
        hb_lock_release_foreign(task, (uintptr_t)mutex);
    else if (mutex_is_silent(mutex))
        unlock_foreign(task, mutex, OBJECT_LOCK, MISUSE_UNLOCK_FREE, pc);
    else
        misuse_mutex_refused(task, mutex, pc); /* it is going to be */
}

void misuse_spin_unlock(struct hb_task *task, const volatile void *lock, uintptr_t pc)
{
    unlock_foreign(task, lock, OBJECT_SPINLOCK, MISUSE_UNLOCK_FREE, pc);
}

void misuse_rwlock_unlock(struct hb_task *task, const volatile void *lock, uintptr_t pc)
{
    unlock_foreign(task, lock, OBJECT_RWLOCK, MISUSE_UNLOCK_UNHELD, pc);
}

/* ---- lock ---- */

void misuse_mutex_refused(struct hb_task *task, const volatile void *mutex, uintptr_t pc)
{
    struct hb_sync_info info;
    if (hb_check_freed(task, (uintptr_t)mutex, pc) || (mutex_kind(mutex) & ~KIND_KNOWN) == 0)
        return;
    hb_query_sync(task, (uintptr_t)mutex, &info);
    if (info.life == HB_SYNC_DESTROYED)
        misuse_report(task, MISUSE_DESTROYED, OBJECT_LOCK, mutex, pc, last_of(&info));
    else
        misuse_report(task, MISUSE_UNINITIALISED, OBJECT_LOCK, mutex, pc, (struct misuse_other){0});
}

void misuse_relock(struct hb_task *task, const volatile void *lock, enum hb_lock_kind kind,
                   uintptr_t pc)
{
    struct hb_sync_info info;
    if (kind == HB_MUTEX && !mutex_is_silent(lock))
        return;
    hb_query_sync(task, (uintptr_t)lock, &info);
    if (info.owner == hb_task_number(task))
        misuse_report(task, MISUSE_RELOCK, kind == HB_MUTEX ? OBJECT_LOCK : OBJECT_SPINLOCK, lock,
                      pc, last_of(&info));
}

/* ---- condition variables ---- */

bool misuse_wait(struct hb_task *task, const volatile void *cond, const volatile void *mutex,
                 uintptr_t pc)
{
    struct hb_sync_info info;
    hb_query_sync(task, (uintptr_t)mutex, &info);
    bool held = info.owner == hb_task_number(task) || mutex_is_own(mutex);
    bool goes_on = held || mutex_is_silent(mutex);
    if (!held && goes_on)
        misuse_report(task, MISUSE_WAIT_UNHELD, OBJECT_CONDITION, cond, pc, last_of(&info));
    if (hb_cond_wait(task, (uintptr_t)cond, (uintptr_t)mutex, pc)) {
        hb_query_sync(task, (uintptr_t)cond, &info);
        misuse_report(task, MISUSE_WAIT_OTHER_MUTEX, OBJECT_CONDITION, cond, pc, last_of(&info));
    }
    return goes_on;
}

/* ---- life ---- */

bool misuse_destroy(struct hb_task *task, const volatile void *object, enum proto_object_kind kind,
                    uintptr_t pc)
{
    struct hb_sync_info info;
    hb_query_sync(task, (uintptr_t)object, &info);
    if (info.life != HB_SYNC_ALIVE || !(info.owner || info.waiting))
        return true;
    bool waited = kind == OBJECT_CONDITION || kind == OBJECT_BARRIER;
    misuse_report(task, waited ? MISUSE_DESTROY_WAITED : MISUSE_DESTROY_HELD, kind, object, pc,
                  last_of(&info));
    return false;
}

/* What the engine knows of those who wait may be of other memory in the same place, or end with a
 * signal that it did not see: a thread must be found that does. */
void misuse_init(const volatile void *object, enum proto_object_kind kind, uintptr_t pc)
{
    struct hb_sync_info info;
    struct misuse_other other;
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    hb_query_sync(task, (uintptr_t)object, &info);
    if (info.life == HB_SYNC_ALIVE && misuse_object_kind(info.object) == kind &&
        (info.waiting || kind == OBJECT_SEMAPHORE)) {
        other = last_of(&info);
        if (!control_active())
            other.task = blocked_waiter(kind, (uintptr_t)object, &other.ctx);
        if (other.task)
            misuse_report(task, MISUSE_INIT_WAITED, kind, object, pc, other);
    }
    rt_leave();
}

void misuse_exit(struct hb_task *task, uintptr_t routine)
{
    struct hb_lock_info lock;
    for (uint32_t i = 0; hb_query_held(task, i, &lock); i++) {
        struct hb_sync_info info;
        if (lock.shared || lock.kind != HB_MUTEX)
            continue;
        hb_query_sync(task, lock.addr, &info);
        /* Its memory is there: what knows the owner dies with it. */
        if (info.owner != hb_task_number(task) || (mutex_kind((void *)lock.addr) & KIND_ROBUST))
            continue;
        misuse_report(task, MISUSE_EXIT_HOLDING, OBJECT_LOCK, (void *)lock.addr, routine,
                      (struct misuse_other){info.last_task, lock.acquired});
    }
}

enum proto_object_kind misuse_object_kind(enum hb_object object)
{
    static const enum proto_object_kind kinds[] = {
        [HB_OBJECT_MUTEX] = OBJECT_LOCK,    [HB_OBJECT_SPINLOCK] = OBJECT_SPINLOCK,
        [HB_OBJECT_RWLOCK] = OBJECT_RWLOCK, [HB_OBJECT_BARRIER] = OBJECT_BARRIER,
        [HB_OBJECT_SEM] = OBJECT_SEMAPHORE, [HB_OBJECT_COND] = OBJECT_CONDITION,
    };
    return kinds[object];
}

/* A library may have copied an initialiser there behind our back: glibc's mark is gone then. A
 * mutex that has the mark is refused, so one that was locked has it not. Of an rwlock nothing
 * tells; the others are not used without an initialising call. */
static bool is_destroyed(const struct hb_grave *grave, uintptr_t pc)
{
    if (control_active())
        return true;
    switch (grave->object) {
    case HB_OBJECT_MUTEX:
        return false;
    case HB_OBJECT_COND:
        return ((pthread_cond_t *)grave->addr)->__data.__wrefs & WREFS_DESTROYED;
    case HB_OBJECT_RWLOCK:
        return rt_instrumented(pc);
    default:
        return true;
    }
}

void misuse_destroyed(void *arg, struct hb_task *task, const struct hb_grave *grave, uintptr_t pc)
{
    (void)arg;
    if (is_destroyed(grave, pc))
        misuse_report(task, MISUSE_DESTROYED, misuse_object_kind(grave->object),
                      (void *)grave->addr, pc, (struct misuse_other){grave->task, grave->ctx});
}
