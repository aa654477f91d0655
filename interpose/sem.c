/*
 * sem: POSIX semaphores (P6). A post leaves a unit with the poster's clock in a queue, a wait takes
 * the oldest. The queue must grow in the order of the real posts, so the two are one step under a
 * lock (of a stripe: the object itself may be gone as soon as it is posted). sem_post does not
 * block and may run in a signal handler: handlers are deferred while the lock is held.
 *
 * A named semaphore that somebody else made has units of unknown origin, which carry nothing.
 * sem_open gives the same address for the same name until the last sem_close.
 */
#include "interpose/sem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

#include "interpose/blocked.h"
#include "interpose/control/control.h"
#include "interpose/lock.h"
#include "interpose/misuse.h"

enum { STRIPES = 64, OPEN_MAX = 256 };

static struct rt_lock stripes[STRIPES];

/* Named semaphores in this process; beyond OPEN_MAX their last close goes unnoticed. */
static struct {
    struct rt_lock lock;
    struct {
        uintptr_t sem;
        uint32_t count;
    } entries[OPEN_MAX];
} named;

void sem_fork_child(void)
{
    for (int i = 0; i < STRIPES; i++)
        rt_lock_give(&stripes[i]);
    rt_lock_give(&named.lock);
}

/* ---- life ---- */

static void sem_created(sem_t *sem, unsigned value, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_sem_create(task, (uintptr_t)sem, value, pc);
        rt_leave();
    }
}

static void sem_forgotten(sem_t *sem)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_sync_forget(task, (uintptr_t)sem);
        rt_leave();
    }
}

/* A call was refused with this error: is that because it was wrong? */
static int sem_refused(sem_t *sem, int error, enum proto_misuse misuse, uintptr_t pc)
{
    struct hb_task *task = errno == error ? rt_enter() : NULL;
    if (task) {
        misuse_report(task, misuse, OBJECT_SEMAPHORE, sem, pc, (struct misuse_other){0});
        rt_leave();
    }
    return -1;
}

/* glibc's semaphore has its units in the lower half of its first word and the number of threads
 * that wait in the upper one: more of them than there are units go on waiting. */
static bool sem_is_waited(const sem_t *sem)
{
    uint64_t word = __atomic_load_n((const uint64_t *)(const void *)sem, __ATOMIC_RELAXED);
    return word >> 32 > (uint32_t)word;
}

INTERCEPT(int, sem_init, (sem_t * sem, int shared, unsigned value))
{
    if (sem_is_waited(sem))
        misuse_init(sem, OBJECT_SEMAPHORE, RT_CALLER);
    int result = REAL(sem_init)(sem, shared, value);
    if (result)
        return sem_refused(sem, EINVAL, MISUSE_SEM_VALUE, RT_CALLER);
    sem_created(sem, value, RT_CALLER);
    return 0;
}

static void sem_check_waiters(sem_t *sem, uintptr_t pc)
{
    struct hb_task *task = sem_is_waited(sem) ? rt_enter() : NULL;
    struct misuse_other waiter;
    if (!task)
        return;
    waiter.task = blocked_waiter(OBJECT_SEMAPHORE, (uintptr_t)sem, &waiter.ctx);
    misuse_report(task, MISUSE_DESTROY_WAITED, OBJECT_SEMAPHORE, sem, pc, waiter);
    rt_leave();
}

INTERCEPT(int, sem_destroy, (sem_t * sem))
{
    sem_check_waiters(sem, RT_CALLER);
    int result = REAL(sem_destroy)(sem);
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        hb_sem_destroy(task, (uintptr_t)sem, RT_CALLER);
        rt_leave();
    }
    return result;
}

/* One more or one less reference; true when it is the first or was the last. */
static bool named_change(sem_t *sem, int change)
{
    uint32_t before = 0, slot = OPEN_MAX;
    rt_lock_take(&named.lock);
    for (uint32_t i = 0; i < OPEN_MAX; i++) {
        if (named.entries[i].count && named.entries[i].sem == (uintptr_t)sem) {
            slot = i;
            break;
        }
        if (!named.entries[i].count && slot == OPEN_MAX)
            slot = i;
    }
    bool edge = false;
    if (slot < OPEN_MAX && (named.entries[slot].count || change > 0)) {
        before = named.entries[slot].count;
        named.entries[slot].sem = (uintptr_t)sem;
        named.entries[slot].count = before + (uint32_t)change;
        edge = change > 0 ? before == 0 : before == 1;
    }
    rt_lock_give(&named.lock);
    return edge;
}

static bool named_changed(sem_t *sem, int change)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return false;
    bool edge = named_change(sem, change);
    rt_leave();
    return edge;
}

/* Opens, telling whether it was this call that made the semaphore. */
static sem_t *named_open(const char *name, int flags, mode_t mode, unsigned value, bool *ret_made)
{
    for (;;) {
        *ret_made = true;
        sem_t *sem = REAL(sem_open)(name, flags | O_EXCL, mode, value);
        if (sem != SEM_FAILED || errno != EEXIST || (flags & O_EXCL))
            return sem;
        *ret_made = false;
        sem = REAL(sem_open)(name, flags & ~O_CREAT);
        if (sem != SEM_FAILED || errno != ENOENT)
            return sem;
    }
}

INTERCEPT(sem_t *, sem_open, (const char *name, int flags, ...))
{
    bool made = false;
    sem_t *sem;
    unsigned value = 0;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode_t mode = va_arg(arguments, mode_t);
        value = va_arg(arguments, unsigned);
        va_end(arguments);
        sem = named_open(name, flags, mode, value, &made);
    } else {
        sem = REAL(sem_open)(name, flags);
    }
    if (sem == SEM_FAILED)
        return sem;
    bool fresh = named_changed(sem, 1);
    if (made)
        sem_created(sem, value, RT_CALLER);
    else if (fresh)
        sem_forgotten(sem); /* another semaphore's remains at this address */
    return sem;
}

INTERCEPT(int, sem_close, (sem_t * sem))
{
    if (named_changed(sem, -1))
        sem_forgotten(sem);
    return REAL(sem_close)(sem);
}

/* ---- use ---- */

static int sem_taken(sem_t *sem, int result, uintptr_t pc)
{
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        hb_sem_wait(task, (uintptr_t)sem, pc);
        rt_leave();
    }
    return result;
}

/* glibc keeps the value in the first word. */
static bool sem_is_empty(const sem_t *sem)
{
    return __atomic_load_n((const uint32_t *)sem, __ATOMIC_RELAXED) == 0;
}

INTERCEPT(int, sem_wait, (sem_t * sem))
{
    struct blocked before;
    bool told = !control_active() && sem_is_empty(sem) &&
                blocked_enter(&before, OBJECT_SEMAPHORE, (uintptr_t)sem, RT_CALLER);
    int result = REAL(sem_wait)(sem);
    if (told)
        blocked_end(&before);
    return sem_taken(sem, result, RT_CALLER);
}

INTERCEPT(int, sem_trywait, (sem_t * sem))
{
    return sem_taken(sem, REAL(sem_trywait)(sem), RT_CALLER);
}

INTERCEPT(int, sem_timedwait, (sem_t * sem, const struct timespec *deadline))
{
    return sem_taken(sem, REAL(sem_timedwait)(sem, deadline), RT_CALLER);
}

INTERCEPT(int, sem_clockwait, (sem_t * sem, clockid_t clock, const struct timespec *deadline))
{
    return sem_taken(sem, REAL(sem_clockwait)(sem, clock, deadline), RT_CALLER);
}

/* Under control only one task runs between two scheduling points, of which the post is one: it
 * cannot be made with a lock held, and needs none. */
static int post_controlled(sem_t *sem, uintptr_t pc)
{
    int result = REAL(sem_post)(sem);
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        hb_sem_post(task, (uintptr_t)sem, pc);
        rt_leave();
    }
    return result;
}

INTERCEPT(int, sem_post, (sem_t * sem))
{
    if (control_active())
        return post_controlled(sem, RT_CALLER);
    struct hb_task *task = rt_enter();
    if (!task)
        return REAL(sem_post)(sem);
    struct rt_lock *stripe = &stripes[((uintptr_t)sem >> 5) % STRIPES];
    rt_lock_take(stripe);
    hb_sem_post(task, (uintptr_t)sem, RT_CALLER);
    int result = REAL(sem_post)(sem);
    rt_lock_give(stripe);
    rt_leave();
    return result ? sem_refused(sem, EOVERFLOW, MISUSE_SEM_OVERFLOW, RT_CALLER) : 0;
}
