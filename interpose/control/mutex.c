/*
 * mutex: pthread and C11 mutexes and spinlocks under control. What kind a mutex is stands in
 * glibc's object, which initialisers and pthread_mutex_init fill in; its state is the scheduler's
 * alone.
 */
#include <errno.h>

#include "interpose/control/control.h"

/* glibc's __kind: the type, and flags. */
enum { KIND_TYPE = 3, KIND_RECURSIVE = 1, KIND_ERRORCHECK = 2, KIND_ROBUST = 16 };

static uint16_t flags_of(const pthread_mutex_t *mutex)
{
    int kind = mutex->__data.__kind;
    unsigned flags = kind & KIND_ROBUST ? SCHED_ROBUST : 0;
    if ((kind & KIND_TYPE) == KIND_RECURSIVE)
        flags |= SCHED_RECURSIVE;
    else if ((kind & KIND_TYPE) == KIND_ERRORCHECK)
        flags |= SCHED_ERRORCHECK;
    return (uint16_t)flags;
}

#define MUTEX_OP_UNTIL(kind, mutex, deadline)                                                      \
    CONTROL_OP_UNTIL(kind, mutex, deadline, .flags = flags_of(mutex))
#define MUTEX_OP(kind, mutex) MUTEX_OP_UNTIL(kind, mutex, SCHED_NEVER)

CONTROLLED(int, pthread_mutex_init, (pthread_mutex_t * mutex, const pthread_mutexattr_t *attr))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)mutex, 1);
    return LIBC(pthread_mutex_init)(mutex, attr);
}

CONTROLLED(int, pthread_mutex_destroy, (pthread_mutex_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_destroy)(mutex);
    if (sched_owner(control_sched, (uintptr_t)mutex) != SCHED_NONE)
        return EBUSY;
    sched_forget(control_sched, (uintptr_t)mutex, 1);
    return LIBC(pthread_mutex_destroy)(mutex);
}

CONTROLLED(int, pthread_mutex_lock, (pthread_mutex_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_lock)(mutex);
    return control_step(MUTEX_OP(LOCK, mutex));
}

CONTROLLED(int, pthread_mutex_trylock, (pthread_mutex_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_trylock)(mutex);
    return control_step(MUTEX_OP(TRYLOCK, mutex));
}

CONTROLLED(int, pthread_mutex_timedlock, (pthread_mutex_t * mutex, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_timedlock)(mutex, deadline);
    return control_step(MUTEX_OP_UNTIL(LOCK, mutex, control_deadline(CLOCK_REALTIME, deadline)));
}

CONTROLLED(int, pthread_mutex_clocklock,
           (pthread_mutex_t * mutex, clockid_t clock, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_clocklock)(mutex, clock, deadline);
    return control_step(MUTEX_OP_UNTIL(LOCK, mutex, control_deadline(clock, deadline)));
}

CONTROLLED(int, pthread_mutex_unlock, (pthread_mutex_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_unlock)(mutex);
    return control_step(MUTEX_OP(UNLOCK, mutex));
}

CONTROLLED(int, pthread_mutex_consistent, (pthread_mutex_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_mutex_consistent)(mutex);
    return control_step(MUTEX_OP(CONSISTENT, mutex));
}

/* ---- mtx_t: the same object, other results ---- */

static int mtx_result(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    default:
        return thrd_error;
    }
}

static pthread_mutex_t *inner(mtx_t *mutex)
{
    return (pthread_mutex_t *)mutex;
}

CONTROLLED(int, mtx_init, (mtx_t * mutex, int type))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)mutex, 1);
    return LIBC(mtx_init)(mutex, type);
}

CONTROLLED(void, mtx_destroy, (mtx_t * mutex))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)mutex, 1);
    LIBC(mtx_destroy)(mutex);
}

CONTROLLED(int, mtx_lock, (mtx_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(mtx_lock)(mutex);
    return mtx_result(control_step(MUTEX_OP(LOCK, inner(mutex))));
}

CONTROLLED(int, mtx_trylock, (mtx_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(mtx_trylock)(mutex);
    return mtx_result(control_step(MUTEX_OP(TRYLOCK, inner(mutex))));
}

CONTROLLED(int, mtx_timedlock, (mtx_t *restrict mutex, const struct timespec *restrict deadline))
{
    if (!CONTROL_HERE)
        return LIBC(mtx_timedlock)(mutex, deadline);
    return mtx_result(control_step(
        MUTEX_OP_UNTIL(LOCK, inner(mutex), control_deadline(CLOCK_REALTIME, deadline))));
}

CONTROLLED(int, mtx_unlock, (mtx_t * mutex))
{
    if (!CONTROL_HERE)
        return LIBC(mtx_unlock)(mutex);
    return mtx_result(control_step(MUTEX_OP(UNLOCK, inner(mutex))));
}

/* ---- spinlocks ---- */

CONTROLLED(int, pthread_spin_init, (pthread_spinlock_t * lock, int shared))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)lock, 1);
    return LIBC(pthread_spin_init)(lock, shared);
}

CONTROLLED(int, pthread_spin_destroy, (pthread_spinlock_t * lock))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)lock, 1);
    return LIBC(pthread_spin_destroy)(lock);
}

CONTROLLED(int, pthread_spin_lock, (pthread_spinlock_t * lock))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_spin_lock)(lock);
    return control_step(CONTROL_OP(LOCK, lock));
}

CONTROLLED(int, pthread_spin_trylock, (pthread_spinlock_t * lock))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_spin_trylock)(lock);
    return control_step(CONTROL_OP(TRYLOCK, lock));
}

CONTROLLED(int, pthread_spin_unlock, (pthread_spinlock_t * lock))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_spin_unlock)(lock);
    return control_step(CONTROL_OP(UNLOCK, lock));
}
