/*
 * mutex: pthread and C11 mutexes, spinlocks (P2).
 *
 * The engine counts recursion and knows the owner, so every type of mutex is one case here.
 * Destruction is told after the real call: it may fail (busy), and until it has returned nobody may
 * reuse the memory.
 */
#include <errno.h>

#include "interpose/blocked.h"
#include "interpose/control/control.h"
#include "interpose/enter.h"
#include "interpose/misuse.h"
#include "interpose/signal_safety.h"

static void lock_created(const volatile void *lock, enum hb_lock_kind kind, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_lock_create(task, (uintptr_t)lock, kind, pc);
        rt_leave();
    }
}

/* Before the real call. */
static void lock_dies(const volatile void *lock, enum proto_object_kind kind, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (task) {
        misuse_destroy(task, lock, kind, pc);
        rt_leave();
    }
}

static void lock_destroyed(const volatile void *lock, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_lock_destroy(task, (uintptr_t)lock, pc);
        rt_leave();
    }
}

/* Before a real call that is going to wait. */
static __attribute__((noinline)) bool lock_contended(struct blocked *before,
                                                     const volatile void *lock,
                                                     enum hb_lock_kind kind, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return false;
    misuse_relock(task, lock, kind, pc);
    *before =
        blocked_begin(task, kind == HB_MUTEX ? OBJECT_LOCK : OBJECT_SPINLOCK, (uintptr_t)lock, pc);
    rt_leave();
    return true;
}

static __attribute__((noinline)) int mutex_refused(const volatile void *mutex, int result,
                                                   uintptr_t pc)
{
    struct hb_task *task = result == EINVAL ? rt_enter() : NULL;
    if (task) {
        misuse_mutex_refused(task, mutex, pc);
        rt_leave();
    }
    return result;
}

/* After a real locking call with this result. */
static int lock_taken(const volatile void *lock, enum hb_lock_kind kind, unsigned how, int result,
                      uintptr_t pc)
{
    if (__builtin_expect(result && result != EOWNERDEAD, 0))
        return kind == HB_MUTEX ? mutex_refused(lock, result, pc) : result;
    struct hb_task *task = enter();
    if (task) {
        if (result == EOWNERDEAD)
            hb_lock_acquire_dead(task, (uintptr_t)lock, pc);
        else
            hb_lock_acquire(task, (uintptr_t)lock, kind, how, pc);
        leave();
    }
    return result;
}

/* `judge`: what is to be done when the task does not hold it. */
static void lock_released(const volatile void *lock, uintptr_t pc,
                          void (*judge)(struct hb_task *, const volatile void *, uintptr_t))
{
    struct hb_task *task = enter();
    if (task) {
        if (!hb_lock_release(task, (uintptr_t)lock))
            judge(task, lock, pc);
        leave();
    }
}

/* Returns the result of the real `lock`, having told of the wait if there is to be one. Under
 * control a second call would be a second operation, and waiting is the scheduler's affair. */
#define LOCK(lock_call, try_call, object, kind, busy)                                              \
    ({                                                                                             \
        int result_ = control_active() ? (lock_call) : (try_call);                                 \
        if (__builtin_expect(result_ == (busy), 0) && !control_active()) {                         \
            struct blocked before_;                                                                \
            bool told_ = lock_contended(&before_, object, kind, RT_CALLER);                        \
            result_ = (lock_call);                                                                 \
            if (told_)                                                                             \
                blocked_end(&before_);                                                             \
        }                                                                                          \
        result_;                                                                                   \
    })

/* ---- pthread_mutex_t ---- */

INTERCEPT(int, pthread_mutex_init, (pthread_mutex_t * mutex, const pthread_mutexattr_t *attr))
{
    int result = REAL(pthread_mutex_init)(mutex, attr);
    if (!result)
        lock_created(mutex, HB_MUTEX, RT_CALLER);
    return result;
}

INTERCEPT(int, pthread_mutex_destroy, (pthread_mutex_t * mutex))
{
    lock_dies(mutex, OBJECT_LOCK, RT_CALLER);
    int result = REAL(pthread_mutex_destroy)(mutex);
    if (!result)
        lock_destroyed(mutex, RT_CALLER);
    return result;
}

INTERCEPT(int, pthread_mutex_lock, (pthread_mutex_t * mutex))
{
    handler_calls("mutex locked", RT_CALLER);
    int result = LOCK(REAL(pthread_mutex_lock)(mutex), REAL(pthread_mutex_trylock)(mutex), mutex,
                      HB_MUTEX, EBUSY);
    return lock_taken(mutex, HB_MUTEX, 0, result, RT_CALLER);
}

INTERCEPT(int, pthread_mutex_trylock, (pthread_mutex_t * mutex))
{
    return lock_taken(mutex, HB_MUTEX, HB_LOCK_TRIED, REAL(pthread_mutex_trylock)(mutex),
                      RT_CALLER);
}

INTERCEPT(int, pthread_mutex_timedlock, (pthread_mutex_t * mutex, const struct timespec *deadline))
{
    return lock_taken(mutex, HB_MUTEX, HB_LOCK_TRIED,
                      REAL(pthread_mutex_timedlock)(mutex, deadline), RT_CALLER);
}

INTERCEPT(int, pthread_mutex_clocklock,
          (pthread_mutex_t * mutex, clockid_t clock, const struct timespec *deadline))
{
    return lock_taken(mutex, HB_MUTEX, HB_LOCK_TRIED,
                      REAL(pthread_mutex_clocklock)(mutex, clock, deadline), RT_CALLER);
}

INTERCEPT(int, pthread_mutex_unlock, (pthread_mutex_t * mutex))
{
    lock_released(mutex, RT_CALLER, misuse_mutex_unlock);
    return REAL(pthread_mutex_unlock)(mutex);
}

/* ---- mtx_t: the same object in C11's clothes; thrd_success is 0, other results are no errno ----
 */

static int mtx_taken(mtx_t *mutex, unsigned how, int result, uintptr_t pc)
{
    if (result == thrd_success)
        lock_taken(mutex, HB_MUTEX, how, 0, pc);
    return result;
}

INTERCEPT(int, mtx_init, (mtx_t * mutex, int type))
{
    int result = REAL(mtx_init)(mutex, type);
    if (result == thrd_success)
        lock_created(mutex, HB_MUTEX, RT_CALLER);
    return result;
}

INTERCEPT(void, mtx_destroy, (mtx_t * mutex))
{
    lock_dies(mutex, OBJECT_LOCK, RT_CALLER);
    REAL(mtx_destroy)(mutex);
    lock_destroyed(mutex, RT_CALLER);
}

INTERCEPT(int, mtx_lock, (mtx_t * mutex))
{
    handler_calls("mutex locked", RT_CALLER);
    int result = LOCK(REAL(mtx_lock)(mutex), REAL(mtx_trylock)(mutex), mutex, HB_MUTEX, thrd_busy);
    return mtx_taken(mutex, 0, result, RT_CALLER);
}

INTERCEPT(int, mtx_trylock, (mtx_t * mutex))
{
    return mtx_taken(mutex, HB_LOCK_TRIED, REAL(mtx_trylock)(mutex), RT_CALLER);
}

INTERCEPT(int, mtx_timedlock, (mtx_t * mutex, const struct timespec *deadline))
{
    return mtx_taken(mutex, HB_LOCK_TRIED, REAL(mtx_timedlock)(mutex, deadline), RT_CALLER);
}

INTERCEPT(int, mtx_unlock, (mtx_t * mutex))
{
    lock_released(mutex, RT_CALLER, misuse_mutex_unlock);
    return REAL(mtx_unlock)(mutex);
}

/* ---- spinlocks ---- */

INTERCEPT(int, pthread_spin_init, (pthread_spinlock_t * lock, int shared))
{
    int result = REAL(pthread_spin_init)(lock, shared);
    lock_created(lock, HB_SPINLOCK, RT_CALLER);
    return result;
}

INTERCEPT(int, pthread_spin_destroy, (pthread_spinlock_t * lock))
{
    lock_dies(lock, OBJECT_SPINLOCK, RT_CALLER);
    int result = REAL(pthread_spin_destroy)(lock);
    lock_destroyed(lock, RT_CALLER);
    return result;
}

INTERCEPT(int, pthread_spin_lock, (pthread_spinlock_t * lock))
{
    handler_calls("spinlock locked", RT_CALLER);
    int result = LOCK(REAL(pthread_spin_lock)(lock), REAL(pthread_spin_trylock)(lock), lock,
                      HB_SPINLOCK, EBUSY);
    return lock_taken(lock, HB_SPINLOCK, 0, result, RT_CALLER);
}

INTERCEPT(int, pthread_spin_trylock, (pthread_spinlock_t * lock))
{
    return lock_taken(lock, HB_SPINLOCK, HB_LOCK_TRIED, REAL(pthread_spin_trylock)(lock),
                      RT_CALLER);
}

INTERCEPT(int, pthread_spin_unlock, (pthread_spinlock_t * lock))
{
    lock_released(lock, RT_CALLER, misuse_spin_unlock);
    return REAL(pthread_spin_unlock)(lock);
}
