/*
 * rwlock: read-write locks under control. The preference stands in glibc's object.
 */
#include <errno.h>

#include "interpose/control/control.h"

static uint16_t flags_of(const pthread_rwlock_t *lock)
{
    return lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP
               ? SCHED_PREFER_WRITER
               : 0;
}

#define RWLOCK_OP_UNTIL(kind, lock, deadline)                                                      \
    CONTROL_OP_UNTIL(kind, lock, deadline, .flags = flags_of(lock))
#define RWLOCK_OP(kind, lock) RWLOCK_OP_UNTIL(kind, lock, SCHED_NEVER)

CONTROLLED(int, pthread_rwlock_init, (pthread_rwlock_t * lock, const pthread_rwlockattr_t *attr))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)lock, 1);
    return LIBC(pthread_rwlock_init)(lock, attr);
}

CONTROLLED(int, pthread_rwlock_destroy, (pthread_rwlock_t * lock))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)lock, 1);
    return LIBC(pthread_rwlock_destroy)(lock);
}

/* A call whose only argument is the lock. */
#define SIMPLE(name, kind)                                                                         \
    CONTROLLED(int, name, (pthread_rwlock_t * lock))                                               \
    {                                                                                              \
        if (!CONTROL_HERE)                                                                         \
            return LIBC(name)(lock);                                                               \
        return control_step(RWLOCK_OP(kind, lock));                                                \
    }

/* Where writers are preferred they first queue. */
static int write_lock(pthread_rwlock_t *lock, uint64_t deadline)
{
    if (flags_of(lock)) {
        int result = control_step(RWLOCK_OP(WRQUEUE, lock));
        if (result != EBUSY)
            return result;
    }
    return control_step(RWLOCK_OP_UNTIL(WRLOCK, lock, deadline));
}

CONTROLLED(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock))
{
    return CONTROL_HERE ? write_lock(lock, SCHED_NEVER) : LIBC(pthread_rwlock_wrlock)(lock);
}

SIMPLE(pthread_rwlock_rdlock, RDLOCK)
SIMPLE(pthread_rwlock_tryrdlock, TRYRDLOCK)
SIMPLE(pthread_rwlock_trywrlock, TRYWRLOCK)
SIMPLE(pthread_rwlock_unlock, RWUNLOCK)

CONTROLLED(int, pthread_rwlock_timedrdlock,
           (pthread_rwlock_t * lock, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_rwlock_timedrdlock)(lock, deadline);
    return control_step(RWLOCK_OP_UNTIL(RDLOCK, lock, control_deadline(CLOCK_REALTIME, deadline)));
}

CONTROLLED(int, pthread_rwlock_timedwrlock,
           (pthread_rwlock_t * lock, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_rwlock_timedwrlock)(lock, deadline);
    return write_lock(lock, control_deadline(CLOCK_REALTIME, deadline));
}

CONTROLLED(int, pthread_rwlock_clockrdlock,
           (pthread_rwlock_t * lock, clockid_t clock, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_rwlock_clockrdlock)(lock, clock, deadline);
    return control_step(RWLOCK_OP_UNTIL(RDLOCK, lock, control_deadline(clock, deadline)));
}

CONTROLLED(int, pthread_rwlock_clockwrlock,
           (pthread_rwlock_t * lock, clockid_t clock, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_rwlock_clockwrlock)(lock, clock, deadline);
    return write_lock(lock, control_deadline(clock, deadline));
}
