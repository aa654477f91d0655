/*
 * cond: condition variables under control: a wait is the two operations WAIT and WAKE.
 */
#include <errno.h>

#include "interpose/control/control.h"

/* glibc's __wrefs: bit 1 says that time-outs are on CLOCK_MONOTONIC. */
static clockid_t clock_of(const pthread_cond_t *cond)
{
    return cond->__data.__wrefs & 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

static struct control_cancel *cancellation(void)
{
    return &control_thread(control_self)->cancel;
}

/* It has left the queue. Whatever comes, it locks the mutex first. */
static int retake(struct sched_op *op)
{
    op->deadline = SCHED_NEVER;
    cancellation()->waits = true;
    int error = control_step(op);
    cancellation()->waits = false;
    return error;
}

/* Leaves the queue; but who was signalled in time is not cancelled here, or the signal would be
 * lost. */
static int wait_cancelled(struct sched_op *op)
{
    op->deadline = 0;
    cancellation()->waits = true;
    int error = control_step(op);
    cancellation()->waits = false;
    if (error != ETIMEDOUT)
        return error;
    retake(op);
    control_cancel_act();
}

static int wait_until(void *cond, void *mutex, uint64_t deadline, uintptr_t pc)
{
    struct sched_op op = {
        .kind = SCHED_WAIT,
        .address = (uintptr_t)cond,
        .mutex = (uintptr_t)mutex,
        .deadline = SCHED_NEVER,
        .pc = pc,
    };
    int error = control_step(&op);
    if (error)
        return error;
    op.kind = SCHED_WAKE;
    op.deadline = deadline;
    error = control_step(&op);
    if (error == ECANCELED)
        return wait_cancelled(&op);
    if (error != ETIMEDOUT && error != EINTR)
        return error;
    int taken = retake(&op);
    return taken || error == EINTR ? taken : ETIMEDOUT;
}

CONTROLLED(int, pthread_cond_wait, (pthread_cond_t * cond, pthread_mutex_t *mutex))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_cond_wait)(cond, mutex);
    return wait_until(cond, mutex, SCHED_NEVER, CONTROL_CALLER);
}

CONTROLLED(int, pthread_cond_timedwait,
           (pthread_cond_t * cond, pthread_mutex_t *mutex, const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_cond_timedwait)(cond, mutex, deadline);
    return wait_until(cond, mutex, control_deadline(clock_of(cond), deadline), CONTROL_CALLER);
}

CONTROLLED(int, pthread_cond_clockwait,
           (pthread_cond_t * cond, pthread_mutex_t *mutex, clockid_t clock,
            const struct timespec *deadline))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_cond_clockwait)(cond, mutex, clock, deadline);
    return wait_until(cond, mutex, control_deadline(clock, deadline), CONTROL_CALLER);
}

CONTROLLED(int, pthread_cond_signal, (pthread_cond_t * cond))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_cond_signal)(cond);
    return control_step(CONTROL_OP(SIGNAL, cond));
}

CONTROLLED(int, pthread_cond_broadcast, (pthread_cond_t * cond))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_cond_broadcast)(cond);
    return control_step(CONTROL_OP(BROADCAST, cond));
}

CONTROLLED(int, pthread_cond_init,
           (pthread_cond_t *restrict cond, const pthread_condattr_t *restrict attr))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)cond, 1);
    return LIBC(pthread_cond_init)(cond, attr);
}

CONTROLLED(int, pthread_cond_destroy, (pthread_cond_t * cond))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)cond, 1);
    return LIBC(pthread_cond_destroy)(cond);
}

/* ---- cnd_t ---- */

static int cnd_result(int error)
{
    return error == ETIMEDOUT ? thrd_timedout : error ? thrd_error : thrd_success;
}

CONTROLLED(int, cnd_wait, (cnd_t * cond, mtx_t *mutex))
{
    if (!CONTROL_HERE)
        return LIBC(cnd_wait)(cond, mutex);
    return cnd_result(wait_until(cond, mutex, SCHED_NEVER, CONTROL_CALLER));
}

CONTROLLED(int, cnd_timedwait,
           (cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict deadline))
{
    if (!CONTROL_HERE)
        return LIBC(cnd_timedwait)(cond, mutex, deadline);
    return cnd_result(
        wait_until(cond, mutex, control_deadline(CLOCK_REALTIME, deadline), CONTROL_CALLER));
}

CONTROLLED(int, cnd_signal, (cnd_t * cond))
{
    if (!CONTROL_HERE)
        return LIBC(cnd_signal)(cond);
    return cnd_result(control_step(CONTROL_OP(SIGNAL, cond)));
}

CONTROLLED(int, cnd_broadcast, (cnd_t * cond))
{
    if (!CONTROL_HERE)
        return LIBC(cnd_broadcast)(cond);
    return cnd_result(control_step(CONTROL_OP(BROADCAST, cond)));
}

CONTROLLED(int, cnd_init, (cnd_t * cond))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)cond, 1);
    return LIBC(cnd_init)(cond);
}

CONTROLLED(void, cnd_destroy, (cnd_t * cond))
{
    if (CONTROL_HERE)
        sched_forget(control_sched, (uintptr_t)cond, 1);
    LIBC(cnd_destroy)(cond);
}
