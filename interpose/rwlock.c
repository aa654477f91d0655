/*
 * rwlock: readers-writer locks (P3). The engine keeps the two clocks; which side an unlock is of,
 * it knows from the owner.
 */
#include <errno.h>

#include "interpose/blocked.h"
#include "interpose/control/control.h"
#include "interpose/misuse.h"
#include "interpose/signal_safety.h"

static int rwlock_taken(pthread_rwlock_t *lock, unsigned how, int result, uintptr_t pc)
{
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        hb_lock_acquire(task, (uintptr_t)lock, HB_RWLOCK, how, pc);
        rt_leave();
    }
    return result;
}

INTERCEPT(int, pthread_rwlock_init, (pthread_rwlock_t * lock, const pthread_rwlockattr_t *attr))
{
    int result = REAL(pthread_rwlock_init)(lock, attr);
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        hb_lock_create(task, (uintptr_t)lock, HB_RWLOCK, RT_CALLER);
        rt_leave();
    }
    return result;
}

INTERCEPT(int, pthread_rwlock_destroy, (pthread_rwlock_t * lock))
{
    struct hb_task *task = rt_enter();
    if (task) {
        misuse_destroy(task, lock, OBJECT_RWLOCK, RT_CALLER);
        rt_leave();
    }
    int result = REAL(pthread_rwlock_destroy)(lock);
    task = result ? NULL : rt_enter();
    if (task) {
        hb_lock_destroy(task, (uintptr_t)lock, RT_CALLER);
        rt_leave();
    }
    return result;
}

/* Tries first, as mutex.c does. */
#define LOCK(lock, name, shared)                                                                   \
    ({                                                                                             \
        int result_ = control_active() ? REAL(pthread_rwlock_##name)(lock)                         \
                                       : REAL(pthread_rwlock_try##name)(lock);                     \
        if (__builtin_expect(result_ == EBUSY, 0) && !control_active()) {                          \
            struct blocked before_;                                                                \
            bool told_ = shared                                                                    \
                             ? blocked_enter_shared(&before_, (uintptr_t)lock, RT_CALLER)          \
                             : blocked_enter(&before_, OBJECT_RWLOCK, (uintptr_t)lock, RT_CALLER); \
            result_ = REAL(pthread_rwlock_##name)(lock);                                           \
            if (told_)                                                                             \
                blocked_end(&before_);                                                             \
        }                                                                                          \
        result_;                                                                                   \
    })

/* ---- read ---- */

INTERCEPT(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock))
{
    handler_calls("rwlock locked", RT_CALLER);
    int result = LOCK(lock, rdlock, true);
    return rwlock_taken(lock, HB_LOCK_SHARED, result, RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock))
{
    return rwlock_taken(lock, HB_LOCK_SHARED | HB_LOCK_TRIED, REAL(pthread_rwlock_tryrdlock)(lock),
                        RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_timedrdlock,
          (pthread_rwlock_t * lock, const struct timespec *deadline))
{
    return rwlock_taken(lock, HB_LOCK_SHARED | HB_LOCK_TRIED,
                        REAL(pthread_rwlock_timedrdlock)(lock, deadline), RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_clockrdlock,
          (pthread_rwlock_t * lock, clockid_t clock, const struct timespec *deadline))
{
    return rwlock_taken(lock, HB_LOCK_SHARED | HB_LOCK_TRIED,
                        REAL(pthread_rwlock_clockrdlock)(lock, clock, deadline), RT_CALLER);
}

/* ---- write ---- */

INTERCEPT(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock))
{
    handler_calls("rwlock locked", RT_CALLER);
    int result = LOCK(lock, wrlock, false);
    return rwlock_taken(lock, 0, result, RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_trywrlock, (pthread_rwlock_t * lock))
{
    return rwlock_taken(lock, HB_LOCK_TRIED, REAL(pthread_rwlock_trywrlock)(lock), RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_timedwrlock,
          (pthread_rwlock_t * lock, const struct timespec *deadline))
{
    return rwlock_taken(lock, HB_LOCK_TRIED, REAL(pthread_rwlock_timedwrlock)(lock, deadline),
                        RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_clockwrlock,
          (pthread_rwlock_t * lock, clockid_t clock, const struct timespec *deadline))
{
    return rwlock_taken(lock, HB_LOCK_TRIED,
                        REAL(pthread_rwlock_clockwrlock)(lock, clock, deadline), RT_CALLER);
}

INTERCEPT(int, pthread_rwlock_unlock, (pthread_rwlock_t * lock))
{
    struct hb_task *task = rt_enter();
    if (task) {
        if (!hb_lock_release(task, (uintptr_t)lock))
            misuse_rwlock_unlock(task, lock, RT_CALLER);
        rt_leave();
    }
    return REAL(pthread_rwlock_unlock)(lock);
}
