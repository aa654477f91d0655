/*
 * thread: creation and join under control. The threads are libc's own, whether as fibers (fiber.h)
 * or for real; when they run is the scheduler's.
 */
#include <errno.h>
#include <sys/single_threaded.h>

#include "interpose/control/control.h"
#include "interpose/thread.h"

/* ---- creation ---- */

static void *thread_main(void *argument)
{
    uint32_t task = (uint32_t)(uintptr_t)argument;
    struct control_thread *thread = control_thread(task);
    control_task_begin(task);
    thread->stack_base = (uintptr_t)__builtin_dwarf_cfa();
    return thread->routine(thread->argument);
}

static int thread_main_c11(void *argument)
{
    uint32_t task = (uint32_t)(uintptr_t)argument;
    struct control_thread *thread = control_thread(task);
    control_task_begin(task);
    thread->stack_base = (uintptr_t)__builtin_dwarf_cfa();
    return thread->routine_c11(thread->argument);
}

static void *fiber_main_c11(void *argument)
{
    return (void *)(intptr_t)thread_main_c11(argument);
}

/* A fiber has the stack that was lent to it. */
static void attr_check(const pthread_attr_t *attr)
{
    void *low = NULL;
    size_t size = 0;
    if (!attr)
        return;
    pthread_attr_getstack(attr, &low, &size); /* the end is 0 when it is libc's to choose */
    if ((uintptr_t)low + size)
        control_need(ENGINE_THREADS, "it gives its threads stacks of its own");
    if (size > lender_stack_size())
        control_need(ENGINE_THREADS, "it makes threads with stacks above the default size");
}

static bool attr_detaches(const pthread_attr_t *attr)
{
    int state = PTHREAD_CREATE_JOINABLE;
    if (attr)
        pthread_attr_getdetachstate(attr, &state);
    return state == PTHREAD_CREATE_DETACHED;
}

static void fiber_create(uint32_t task, const pthread_attr_t *attr, void *(*routine)(void *),
                         pthread_t *ret_id)
{
    struct control_thread *thread = control_thread(task);
    attr_check(attr);
    if (!lender_borrow(routine, (void *)(uintptr_t)task, &thread->fiber))
        control_need(ENGINE_MORE_LENDERS, NULL);
    __libc_single_threaded = false;
    *ret_id = (pthread_t)thread->fiber.fs;
    if (attr_detaches(attr))
        LIBC(pthread_detach)(*ret_id);
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
    int error = 0;
    if (control_fibers)
        fiber_create(task, attr, thread_main, ret_id);
    else
        error = LIBC(pthread_create)(ret_id, attr, thread_main, (void *)(uintptr_t)task);
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
    int result = thrd_success;
    if (control_fibers)
        fiber_create(task, NULL, fiber_main_c11, ret_id);
    else
        result = LIBC(thrd_create)(ret_id, thread_main_c11, (void *)(uintptr_t)task);
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

/* The thread has ended, says the model: the rest of a join is done at once. A fiber's memory is not
 * libc's to take back. */
static bool fiber_joined(int error, pthread_t id, void **ret_value)
{
    if (!control_fibers || error)
        return false;
    if (ret_value)
        *ret_value = lender_result((uintptr_t)id);
    return true;
}

CONTROLLED(int, pthread_join, (pthread_t id, void **ret_value))
{
    int error = join_until(id, SCHED_NEVER, CONTROL_CALLER);
    if (error == EDEADLK || fiber_joined(error, id, ret_value))
        return error;
    return LIBC(pthread_join)(id, ret_value);
}

CONTROLLED(int, pthread_tryjoin_np, (pthread_t id, void **ret_value))
{
    int error = join_until(id, 0, CONTROL_CALLER);
    if (error == ETIMEDOUT || fiber_joined(error, id, ret_value))
        return error ? EBUSY : 0;
    return LIBC(pthread_tryjoin_np)(id, ret_value);
}

CONTROLLED(int, pthread_timedjoin_np,
           (pthread_t id, void **ret_value, const struct timespec *deadline))
{
    int error = join_until(id, deadline ? control_deadline(CLOCK_REALTIME, deadline) : SCHED_NEVER,
                           CONTROL_CALLER);
    if (error == ETIMEDOUT || fiber_joined(error, id, ret_value))
        return error;
    return LIBC(pthread_timedjoin_np)(id, ret_value, deadline);
}

CONTROLLED(int, pthread_clockjoin_np,
           (pthread_t id, void **ret_value, clockid_t clock, const struct timespec *deadline))
{
    int error =
        join_until(id, deadline ? control_deadline(clock, deadline) : SCHED_NEVER, CONTROL_CALLER);
    if (error == ETIMEDOUT || fiber_joined(error, id, ret_value))
        return error;
    return LIBC(pthread_clockjoin_np)(id, ret_value, clock, deadline);
}

CONTROLLED(int, thrd_join, (thrd_t id, int *ret_value))
{
    void *value = NULL;
    int error = join_until(id, SCHED_NEVER, CONTROL_CALLER);
    if (error == EDEADLK)
        return thrd_error;
    if (!fiber_joined(error, id, &value))
        return LIBC(thrd_join)(id, ret_value);
    if (ret_value)
        *ret_value = (int)(intptr_t)value;
    return thrd_success;
}
