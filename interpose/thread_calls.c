/*
 * thread_calls: pthread_create and what other threads do to a thread (P1).
 *
 * The task is made before the real creation, so that it starts after all that its creator did. The
 * child does not run user code before its creator has entered it into the table under its
 * pthread_t, or a join by someone who got the id early would not find it.
 *
 * The whole of pthread_create runs inside the runtime: it calls no user code, and a signal handler
 * that left it by longjmp would leave the child waiting. But it waits for the loader's lock, under
 * which others run user code: so it is not inside the engine, or a fork would wait for all of them.
 */
#include <errno.h>

#include "base/sys.h"
#include "interpose/blocked.h"
#include "interpose/signal_safety.h"
#include "interpose/thread.h"
#include "interpose/thread_fate.h"
#include "interpose/unwind.h"

/* A thread under observation needs more stack than the program may have measured out for it. */
enum { STACK_SMALL = 1 << 20, STACK_EXTRA = 64 << 10 };

static void *thread_main(void *argument)
{
    struct thread *thread = argument;
    void *(*routine)(void *) = thread->routine;
    void *user_argument = thread->argument;
    thread_begin(thread);
    return routine(user_argument);
}

static int thread_main_c11(void *argument)
{
    struct thread *thread = argument;
    int (*routine)(void *) = thread->routine_c11;
    void *user_argument = thread->argument;
    thread_begin(thread);
    return routine(user_argument);
}

uint64_t thread_routine(const void *argument)
{
    const struct thread *thread = argument;
    return thread->routine ? (uint64_t)(uintptr_t)thread->routine
                           : (uint64_t)(uintptr_t)thread->routine_c11;
}

/* ---- creation; runtime entered ---- */

static void child_release(struct thread *thread)
{
    if (atomic_exchange(&thread->start, START_GO) == START_WAITED_FOR)
        sys_futex_wake(&thread->start, 1, false);
}

/* The thread could not be made: its task ends without a step. */
static void child_abandon(struct thread *thread)
{
    struct hb_cursor nobody = HB_CURSOR_INIT;
    hb_task_bind(thread->task, &nobody);
    hb_task_end(thread->task);
    hb_task_detach(thread->task);
    thread_forget(thread);
}

static bool attr_detached(const pthread_attr_t *attr)
{
    int state = PTHREAD_CREATE_JOINABLE;
    if (attr)
        pthread_attr_getdetachstate(attr, &state);
    return state == PTHREAD_CREATE_DETACHED;
}

/* A copy of `attr` with more stack, unless the program gave the memory itself. */
static const pthread_attr_t *attr_roomy(const pthread_attr_t *attr, pthread_attr_t *copy)
{
    void *user_stack = NULL;
    size_t size = 0;
    if (!attr)
        return NULL;
    pthread_attr_getstack(attr, &user_stack, &size); /* the end is 0 when it is libc's to choose */
    if ((uintptr_t)user_stack + size || !size || size >= STACK_SMALL)
        return attr;
    *copy = *attr; /* shares what it points to; never destroyed */
    pthread_attr_setstacksize(copy, size + STACK_EXTRA);
    return copy;
}

static int child_known(struct thread *thread, int error, pthread_t id, bool detached,
                       struct hb_task *creator, uintptr_t pc)
{
    if (error) {
        child_abandon(thread);
        return error;
    }
    struct hb_task *task = thread->task;
    thread_announce(thread, id, detached);
    fate_born(creator, id, detached ? FATE_DETACHED : FATE_NONE, hb_task_number(task), pc);
    child_release(thread);
    if (detached)
        hb_task_detach(task);
    return 0;
}

/* A new thread, made at `caller`, where the stack pointer is `sp`. If that is a library (the inside
 * of std::thread), the place in the program that called it is known to the stack alone. */
static struct thread *child_create(struct hb_task *task, uintptr_t caller, uintptr_t sp)
{
    bool by_program = rt_instrumented(caller);
    uintptr_t place = by_program ? 0 : unwind_instrumented();
    if (place)
        hb_call_enter(&rt_cursor, place, sp);
    struct thread *child = thread_new(hb_task_create(rt_hb, task, caller));
    if (place)
        hb_call_leave(&rt_cursor);
    child->by_program = by_program || place;
    return child;
}

INTERCEPT(int, pthread_create,
          (pthread_t * ret_id, const pthread_attr_t *attr, void *(*routine)(void *),
           void *argument))
{
    handler_calls("thread created", RT_CALLER);
    struct hb_task *task = rt_enter();
    if (!task)
        return REAL(pthread_create)(ret_id, attr, routine, argument);
    struct thread *thread = child_create(task, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());
    thread->routine = routine;
    thread->argument = argument;
    pthread_attr_t copy;
    rt_host_begin();
    int error = REAL(pthread_create)(ret_id, attr_roomy(attr, &copy), thread_main, thread);
    rt_host_end();
    error = child_known(thread, error, error ? 0 : *ret_id, attr_detached(attr), task, RT_CALLER);
    rt_leave();
    return error;
}

INTERCEPT(int, thrd_create, (thrd_t * ret_id, thrd_start_t routine, void *argument))
{
    struct hb_task *task = rt_enter();
    if (!task)
        return REAL(thrd_create)(ret_id, routine, argument);
    struct thread *thread = child_create(task, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());
    thread->routine_c11 = routine;
    thread->argument = argument;
    rt_host_begin();
    int error = REAL(thrd_create)(ret_id, thread_main_c11, thread);
    rt_host_end();
    error = child_known(thread, error, error ? 0 : *ret_id, false, task, RT_CALLER);
    rt_leave();
    return error;
}

/* ---- join ---- */

static void join_end(struct thread *found, pthread_t id, bool success)
{
    struct thread *thread = thread_really(found);
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    rt_self.thread->joins = 0;
    fate_end(task, id, success);
    if (success && thread) {
        if (!thread->ended) /* it ended without our destructor: nothing of it runs any more */
            hb_task_end(thread->task);
        hb_task_join(task, thread->task);
        thread_forget(thread);
    }
    rt_leave();
}

/* Before a call that is to bring `fate` on the thread. The entry is looked up now, while the id is
 * still its own. */
static struct thread *fate_find(pthread_t id, enum fate fate, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return NULL;
    struct thread *thread = thread_find(id);
    fate_begin(task, id, fate, thread ? hb_task_number(thread->task) : 0, pc);
    if (fate != FATE_DETACHED)
        rt_self.thread->joins = id;
    rt_leave();
    return thread;
}

static bool join_blocks(struct blocked *before, struct thread *found, uintptr_t pc)
{
    struct thread *thread = thread_really(found);
    return blocked_enter(before, OBJECT_THREAD, thread ? hb_task_number(thread->task) : 0, pc);
}

/* `call` is the real join. */
#define JOIN(id, fate, success, call)                                                              \
    struct thread *thread = fate_find(id, fate, RT_CALLER);                                        \
    struct blocked before;                                                                         \
    bool told = (fate) == FATE_JOINED && join_blocks(&before, thread, RT_CALLER);                  \
    int result = (call);                                                                           \
    if (told)                                                                                      \
        blocked_end(&before);                                                                      \
    join_end(thread, id, result == (success));                                                     \
    return result

INTERCEPT(int, pthread_join, (pthread_t id, void **ret_value))
{
    JOIN(id, FATE_JOINED, 0, REAL(pthread_join)(id, ret_value));
}

INTERCEPT(int, pthread_tryjoin_np, (pthread_t id, void **ret_value))
{
    JOIN(id, FATE_TRIED, 0, REAL(pthread_tryjoin_np)(id, ret_value));
}

INTERCEPT(int, pthread_timedjoin_np,
          (pthread_t id, void **ret_value, const struct timespec *deadline))
{
    JOIN(id, FATE_TRIED, 0, REAL(pthread_timedjoin_np)(id, ret_value, deadline));
}

INTERCEPT(int, pthread_clockjoin_np,
          (pthread_t id, void **ret_value, clockid_t clock, const struct timespec *deadline))
{
    JOIN(id, FATE_TRIED, 0, REAL(pthread_clockjoin_np)(id, ret_value, clock, deadline));
}

INTERCEPT(int, thrd_join, (thrd_t id, int *ret_value))
{
    JOIN(id, FATE_JOINED, thrd_success, REAL(thrd_join)(id, ret_value));
}

/* ---- detach ---- */

static int detached(struct thread *found, pthread_t id, int result)
{
    struct thread *thread = thread_really(found);
    struct hb_task *task = rt_enter();
    if (!task)
        return result;
    fate_end(task, id, !result);
    if (thread && !result) {
        hb_task_detach(thread->task);
        thread_mark_detached(thread, id);
    }
    rt_leave();
    return result;
}

INTERCEPT(int, pthread_detach, (pthread_t id))
{
    struct thread *thread = fate_find(id, FATE_DETACHED, RT_CALLER);
    return detached(thread, id, REAL(pthread_detach)(id));
}

INTERCEPT(int, thrd_detach, (thrd_t id))
{
    struct thread *thread = fate_find(id, FATE_DETACHED, RT_CALLER);
    return detached(thread, id, REAL(thrd_detach)(id)); /* thrd_success is 0 */
}

/* ---- names ---- */

INTERCEPT(int, pthread_setname_np, (pthread_t id, const char *name))
{
    int result = REAL(pthread_setname_np)(id, name);
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        struct thread *thread = thread_find(id);
        if (thread && !thread->ended)
            hb_task_set_name(thread->task, name);
        rt_leave();
    }
    return result;
}
