/*
 * sem: semaphores and barriers under control. Their initial counts stand in glibc's objects, which
 * stay as they were initialised; what happens then is the scheduler's.
 */
#include <errno.h>

#include "interpose/control/control.h"

/* The units at the scheduler's first sight of the semaphore. */
static uint32_t units_initial(sem_t *sem)
{
    int units = 0;
    LIBC(sem_getvalue)(sem, &units);
    return units > 0 ? (uint32_t)units : 0;
}

#define SEM_OP_UNTIL(kind, sem, deadline)                                                          \
    CONTROL_OP_UNTIL(kind, sem, deadline, .flags = SCHED_CLAIMED, .breaks = SCHED_BREAKS_MAYBE,    \
                     .count = units_initial(sem))
#define SEM_OP(kind, sem) SEM_OP_UNTIL(kind, sem, SCHED_NEVER)

static int sem_result(int error)
{
    if (!error)
        return 0;
    errno = error;
    return -1;
}

CONTROLLED(int, sem_init, (sem_t * sem, int shared, unsigned value))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)sem, 1);
    if (CONTROL_HERE && shared)
        control_locks_share();
    return LIBC(sem_init)(sem, shared, value);
}

CONTROLLED(int, sem_destroy, (sem_t * sem))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)sem, 1);
    return LIBC(sem_destroy)(sem);
}

CONTROLLED(int, sem_wait, (sem_t * sem))
{
    if (!CONTROL_HERE)
        return LIBC(sem_wait)(sem);
    return sem_result(control_step(SEM_OP(SEM_WAIT, sem)));
}

CONTROLLED(int, sem_trywait, (sem_t * sem))
{
    if (!CONTROL_HERE)
        return LIBC(sem_trywait)(sem);
    return sem_result(control_step(SEM_OP(SEM_TRYWAIT, sem)));
}

CONTROLLED(int, sem_timedwait, (sem_t *restrict sem, const struct timespec *restrict deadline))
{
    if (!CONTROL_HERE)
        return LIBC(sem_timedwait)(sem, deadline);
    return sem_result(
        control_step(SEM_OP_UNTIL(SEM_WAIT, sem, control_deadline(CLOCK_REALTIME, deadline))));
}

CONTROLLED(int, sem_clockwait,
           (sem_t *restrict sem, clockid_t clock, const struct timespec *restrict deadline))
{
    if (!CONTROL_HERE)
        return LIBC(sem_clockwait)(sem, clock, deadline);
    return sem_result(control_step(SEM_OP_UNTIL(SEM_WAIT, sem, control_deadline(clock, deadline))));
}

CONTROLLED(int, sem_post, (sem_t * sem))
{
    if (!CONTROL_HERE)
        return LIBC(sem_post)(sem);
    return sem_result(control_step(SEM_OP(SEM_POST, sem)));
}

CONTROLLED(int, sem_getvalue, (sem_t *restrict sem, int *restrict ret_value))
{
    int64_t units = CONTROL_HERE ? sched_units(control_sched, (uintptr_t)sem) : -1;
    if (units < 0)
        return LIBC(sem_getvalue)(sem, ret_value);
    *ret_value = (int)units;
    return 0;
}

/* ---- barriers ---- */

/* glibc's struct pthread_barrier. */
static uint32_t parties(const pthread_barrier_t *barrier)
{
    const struct {
        unsigned in, round, count;
    } *inner = (const void *)barrier;
    return inner->count;
}

CONTROLLED(int, pthread_barrier_init,
           (pthread_barrier_t * barrier, const pthread_barrierattr_t *attr, unsigned count))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)barrier, 1);
    return LIBC(pthread_barrier_init)(barrier, attr, count);
}

CONTROLLED(int, pthread_barrier_destroy, (pthread_barrier_t * barrier))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)barrier, 1);
    return LIBC(pthread_barrier_destroy)(barrier);
}

CONTROLLED(int, pthread_barrier_wait, (pthread_barrier_t * barrier))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_barrier_wait)(barrier);
    int last = control_step(CONTROL_OP(ARRIVE, barrier, .count = parties(barrier)));
    if (last)
        return PTHREAD_BARRIER_SERIAL_THREAD;
    control_step(CONTROL_OP(LEAVE, barrier));
    return 0;
}
