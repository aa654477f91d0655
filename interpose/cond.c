/*
 * cond: condition variables (P4). Signal and wait order nothing by themselves, so only the waits
 * are intercepted: each is an unlock and a lock of its mutex, also when it times out.
 *
 * A cancelled wait locks the mutex again before any of the program's cleanup handlers runs. Ours is
 * pushed by the wait, so it runs first and tells the engine.
 */
#include <errno.h>

#include "interpose/runtime.h"

struct waiting {
    uintptr_t mutex;
    uint32_t levels; /* of a recursive mutex */
    int result;
    uintptr_t pc;
};

static bool wait_begin(struct waiting *waiting, const volatile void *mutex, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return false;
    *waiting = (struct waiting){.mutex = (uintptr_t)mutex, .pc = pc};
    waiting->levels = hb_lock_release_all(task, waiting->mutex, pc);
    rt_leave();
    return true;
}

static void wait_end(void *argument)
{
    struct waiting *waiting = argument;
    struct hb_task *task = waiting->result == EPERM ? NULL : rt_enter();
    if (!task)
        return;
    if (waiting->result == EOWNERDEAD)
        hb_lock_acquire_dead(task, waiting->mutex, waiting->pc);
    else
        hb_lock_reacquire(task, waiting->mutex, waiting->levels, waiting->pc);
    rt_leave();
}

/* Returns the result of `call`, the real wait. */
#define WAIT(mutex, call)                                                                          \
    struct waiting waiting;                                                                        \
    if (!wait_begin(&waiting, (mutex), RT_CALLER))                                                 \
        return (call);                                                                             \
    pthread_cleanup_push(wait_end, &waiting);                                                      \
    waiting.result = (call);                                                                       \
    pthread_cleanup_pop(1);                                                                        \
    return waiting.result

INTERCEPT(int, pthread_cond_wait, (pthread_cond_t * cond, pthread_mutex_t *mutex))
{
    WAIT(mutex, REAL(pthread_cond_wait)(cond, mutex));
}

INTERCEPT(int, pthread_cond_timedwait,
          (pthread_cond_t * cond, pthread_mutex_t *mutex, const struct timespec *deadline))
{
    WAIT(mutex, REAL(pthread_cond_timedwait)(cond, mutex, deadline));
}

INTERCEPT(int, pthread_cond_clockwait,
          (pthread_cond_t * cond, pthread_mutex_t *mutex, clockid_t clock,
           const struct timespec *deadline))
{
    WAIT(mutex, REAL(pthread_cond_clockwait)(cond, mutex, clock, deadline));
}

/* thrd_* results are small positive numbers, of which EPERM is not to be mistaken for one. */
static int cnd_result(struct waiting *waiting, int result)
{
    waiting->result = 0;
    return result;
}

#define CND_WAIT(mutex, call)                                                                      \
    struct waiting waiting;                                                                        \
    int result;                                                                                    \
    if (!wait_begin(&waiting, (mutex), RT_CALLER))                                                 \
        return (call);                                                                             \
    pthread_cleanup_push(wait_end, &waiting);                                                      \
    result = cnd_result(&waiting, (call));                                                         \
    pthread_cleanup_pop(1);                                                                        \
    return result

INTERCEPT(int, cnd_wait, (cnd_t * cond, mtx_t *mutex))
{
    CND_WAIT(mutex, REAL(cnd_wait)(cond, mutex));
}

INTERCEPT(int, cnd_timedwait, (cnd_t * cond, mtx_t *mutex, const struct timespec *deadline))
{
    CND_WAIT(mutex, REAL(cnd_timedwait)(cond, mutex, deadline));
}
