/*
 * cancel: cancellation of threads under control. A request is noted by the one who makes it and
 * carried out by its target, as POSIX has it: where it next comes to a cancellation point, or at
 * once if its type is asynchronous, unless it is disabled. libc's own cancellation is never used,
 * so no signal comes at an instruction that another run would not stand at.
 *
 * The thread ends as by pthread_exit, which runs its cleanup handlers. One that is cancelled while
 * it waits on a condition variable leaves it and locks the mutex first (cond.c).
 */
#include <errno.h>

#include "interpose/control/control.h"

/* Operations of functions that are cancellation points. */
static bool is_point(const struct sched_op *op)
{
    switch (op->kind) {
    case SCHED_JOIN:
        return op->deadline != 0; /* which would be a try */
    case SCHED_SLEEP:
    case SCHED_EXTERNAL:
    case SCHED_WAIT:
    case SCHED_WAKE:
    case SCHED_SEM_WAIT:
    case SCHED_TESTCANCEL:
    case SCHED_SUSPEND:
    case SCHED_SIGWAIT:
        return true;
    default:
        return false;
    }
}

static bool may_act(const struct control_thread *thread)
{
    const struct control_cancel *cancel = &thread->cancel;
    return cancel->requested && !cancel->disabled && !cancel->exits && !cancel->waits;
}

bool control_cancel_due(const struct control_thread *thread, const struct sched_op *op)
{
    if (!may_act(thread) || (op && op->kind == SCHED_WAKE))
        return false;
    return thread->cancel.asynchronous || (op && is_point(op));
}

bool control_cancel_waits(const struct control_thread *thread, const struct sched_op *op)
{
    return may_act(thread) && op->kind == SCHED_WAKE;
}

void control_cancel_act(void)
{
    control_thread(control_self)->cancel.exits = true;
    pthread_exit(PTHREAD_CANCELED);
}

/* A cancellation point that is no operation. */
static void point(uintptr_t pc)
{
    control_step(&(struct sched_op){.kind = SCHED_TESTCANCEL, .deadline = SCHED_NEVER, .pc = pc});
}

/* ---- the calls ---- */

CONTROLLED(int, pthread_cancel, (pthread_t id))
{
    uint32_t task = CONTROL_HERE ? control_task_of((uint64_t)id) : CONTROL_THREAD_NONE;
    if (task == CONTROL_THREAD_NONE)
        return LIBC(pthread_cancel)(id);
    control_step(CONTROL_OP(CANCEL, task + 1, .count = task));
    control_thread(task)->cancel.requested = true;
    if (task == control_self)
        control_attend(NULL);
    else
        control_disturb(task);
    return 0;
}

CONTROLLED(void, pthread_testcancel, (void))
{
    if (CONTROL_HERE)
        point(CONTROL_CALLER);
    else
        LIBC(pthread_testcancel)();
}

CONTROLLED(int, pthread_setcancelstate, (int state, int *ret_before))
{
    if (!CONTROL_HERE || (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE))
        return LIBC(pthread_setcancelstate)(state, ret_before);
    struct control_cancel *cancel = &control_thread(control_self)->cancel;
    if (ret_before)
        *ret_before = cancel->disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
    cancel->disabled = state == PTHREAD_CANCEL_DISABLE;
    control_attend(NULL);
    return 0;
}

CONTROLLED(int, pthread_setcanceltype, (int type, int *ret_before))
{
    if (!CONTROL_HERE || (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS))
        return LIBC(pthread_setcanceltype)(type, ret_before);
    struct control_cancel *cancel = &control_thread(control_self)->cancel;
    if (ret_before)
        *ret_before = cancel->asynchronous ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
    cancel->asynchronous = type == PTHREAD_CANCEL_ASYNCHRONOUS;
    control_attend(NULL);
    return 0;
}
