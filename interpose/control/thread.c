/*
 * thread: creation and join under control. The threads are real; when they run is the scheduler's.
 */
#include <errno.h>

#include "interpose/control/control.h"
#include "interpose/thread.h"

/* ---- creation ---- */

static void *thread_main(void *argument)
{
    uint32_t task = (uint32_t)(uintptr_t)argument;
    struct control_thread *thread = control_thread(task);
    control_task_begin(task);
    return thread->routine(thread->argument);
}

static int thread_main_c11(void *argument)
{
    uint32_t task = (uint32_t)(uintptr_t)argument;
    struct control_thread *thread = control_thread(task);
    control_task_begin(task);
    return thread->routine_c11(thread->argument);
}

static void created(uint32_t task, bool ok, pthread_t id)
{
    if (ok)
        control_thread(task)->id = (uint64_t)id;
    else
        control_task_abandon(task);
}

CONTROLLED(int, pthread_create,
           (pthread_t * ret_id, const pthread_attr_t *attr, void *(*routine)(void *),
            void *argument))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_create)(ret_id, attr, routine, argument);
    uint32_t task = control_task_create(thread_routine(argument));
    control_thread(task)->routine = routine;
    control_thread(task)->argument = argument;
    int error = LIBC(pthread_create)(ret_id, attr, thread_main, (void *)(uintptr_t)task);
    created(task, !error, error ? 0 : *ret_id);
    return error;
}

CONTROLLED(int, thrd_create, (thrd_t * ret_id, thrd_start_t routine, void *argument))
{
    if (!CONTROL_HERE)
        return LIBC(thrd_create)(ret_id, routine, argument);
    uint32_t task = control_task_create(thread_routine(argument));
    control_thread(task)->routine_c11 = routine;
    control_thread(task)->argument = argument;
    int result = LIBC(thrd_create)(ret_id, thread_main_c11, (void *)(uintptr_t)task);
    created(task, result == thrd_success, result == thrd_success ? *ret_id : 0);
    return result;
}

/* ---- join ---- */

/* 0, ETIMEDOUT, EDEADLK or, for a thread that is not ours, ESRCH. */
static int join_until(pthread_t id, uint64_t deadline, uintptr_t pc)
{
    uint32_t task = CONTROL_HERE ? control_task_of((uint64_t)id) : CONTROL_THREAD_NONE;
    if (task == CONTROL_THREAD_NONE)
        return ESRCH;
    if (task == control_self)
        return EDEADLK;
    return control_step(
        &(struct sched_op){.kind = SCHED_JOIN, .count = task, .deadline = deadline, .pc = pc});
}

CONTROLLED(int, pthread_join, (pthread_t id, void **ret_value))
{
    int error = join_until(id, SCHED_NEVER, CONTROL_CALLER);
    return error == EDEADLK ? error : LIBC(pthread_join)(id, ret_value);
}

CONTROLLED(int, pthread_tryjoin_np, (pthread_t id, void **ret_value))
{
    int error = join_until(id, 0, CONTROL_CALLER);
    return error == ETIMEDOUT ? EBUSY : LIBC(pthread_tryjoin_np)(id, ret_value);
}

CONTROLLED(int, pthread_timedjoin_np,
           (pthread_t id, void **ret_value, const struct timespec *deadline))
{
    int error = join_until(id, deadline ? control_deadline(CLOCK_REALTIME, deadline) : SCHED_NEVER,
                           CONTROL_CALLER);
    return error == ETIMEDOUT ? error : LIBC(pthread_timedjoin_np)(id, ret_value, deadline);
}

CONTROLLED(int, pthread_clockjoin_np,
           (pthread_t id, void **ret_value, clockid_t clock, const struct timespec *deadline))
{
    int error =
        join_until(id, deadline ? control_deadline(clock, deadline) : SCHED_NEVER, CONTROL_CALLER);
    return error == ETIMEDOUT ? error : LIBC(pthread_clockjoin_np)(id, ret_value, clock, deadline);
}

CONTROLLED(int, thrd_join, (thrd_t id, int *ret_value))
{
    int error = join_until(id, SCHED_NEVER, CONTROL_CALLER);
    return error == EDEADLK ? thrd_error : LIBC(thrd_join)(id, ret_value);
}
