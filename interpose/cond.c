/*
 * cond: condition variables (P4). Signal and wait order nothing by themselves: a wait is an unlock
 * and a lock of its mutex, also when it times out. Who waits and who was signalled is told to the
 * engine for misuse alone (P14).
 *
 * A cancelled wait locks the mutex again before any of the program's cleanup handlers runs. Ours is
 * pushed by the wait, so it runs first and tells the engine.
 */
#include <errno.h>

#include "interpose/blocked.h"
#include "interpose/misuse.h"

struct waiting {
    uintptr_t cond, mutex;
    uint32_t levels; /* of a recursive mutex; 0: not held, and the wait is refused */
    int result;
    bool blocks; /* no time limit */
    uintptr_t pc;
    struct blocked before;
};

static bool wait_begin(struct waiting *waiting, const volatile void *cond,
                       const volatile void *mutex, bool blocks, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return false;
    *waiting = (struct waiting){
        .cond = (uintptr_t)cond, .mutex = (uintptr_t)mutex, .blocks = blocks, .pc = pc};
    bool goes_on = misuse_wait(task, cond, mutex, pc);
    waiting->levels = hb_lock_release_all(task, waiting->mutex);
    if (!waiting->levels && goes_on) {
        hb_lock_release_foreign(task, waiting->mutex);
        waiting->levels = 1;
    }
    if (blocks)
        waiting->before = blocked_begin(task, OBJECT_CONDITION, waiting->cond, pc);
    rt_leave();
    return true;
}

static void wait_end(void *argument)
{
    struct waiting *waiting = argument;
    if (waiting->blocks)
        blocked_end(&waiting->before);
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    hb_cond_woken(task, waiting->cond);
    if (waiting->result == EOWNERDEAD)
        hb_lock_acquire_dead(task, waiting->mutex, waiting->pc);
    else if (waiting->result != EPERM && waiting->result != ENOTRECOVERABLE)
        hb_lock_reacquire(task, waiting->mutex, waiting->levels, waiting->pc);
    rt_leave();
}

/* Returns the result of `call`, the real wait. */
#define WAIT(cond, mutex, blocks, call)                                                            \
    struct waiting waiting;                                                                        \
    if (!wait_begin(&waiting, (cond), (mutex), (blocks), RT_CALLER))                               \
        return (call);                                                                             \
    pthread_cleanup_push(wait_end, &waiting);                                                      \
    waiting.result = (call);                                                                       \
    pthread_cleanup_pop(1);                                                                        \
    return waiting.result

INTERCEPT(int, pthread_cond_wait, (pthread_cond_t * cond, pthread_mutex_t *mutex))
{
    WAIT(cond, mutex, true, REAL(pthread_cond_wait)(cond, mutex));
}

INTERCEPT(int, pthread_cond_timedwait,
          (pthread_cond_t * cond, pthread_mutex_t *mutex, const struct timespec *deadline))
{
    WAIT(cond, mutex, false, REAL(pthread_cond_timedwait)(cond, mutex, deadline));
}

INTERCEPT(int, pthread_cond_clockwait,
          (pthread_cond_t * cond, pthread_mutex_t *mutex, clockid_t clock,
           const struct timespec *deadline))
{
    WAIT(cond, mutex, false, REAL(pthread_cond_clockwait)(cond, mutex, clock, deadline));
}

/* thrd_* results are small positive numbers, of which EPERM is not to be mistaken for one. */
static int cnd_result(struct waiting *waiting, int result)
{
    waiting->result = 0;
    return result;
}

#define CND_WAIT(cond, mutex, blocks, call)                                                        \
    struct waiting waiting;                                                                        \
    int result;                                                                                    \
    if (!wait_begin(&waiting, (cond), (mutex), (blocks), RT_CALLER))                               \
        return (call);                                                                             \
    pthread_cleanup_push(wait_end, &waiting);                                                      \
    result = cnd_result(&waiting, (call));                                                         \
    pthread_cleanup_pop(1);                                                                        \
    return result

INTERCEPT(int, cnd_wait, (cnd_t * cond, mtx_t *mutex))
{
    CND_WAIT(cond, mutex, true, REAL(cnd_wait)(cond, mutex));
}

INTERCEPT(int, cnd_timedwait, (cnd_t * cond, mtx_t *mutex, const struct timespec *deadline))
{
    CND_WAIT(cond, mutex, false, REAL(cnd_timedwait)(cond, mutex, deadline));
}

/* ---- life and signals ---- */

static int cond_made(const volatile void *cond, int result, uintptr_t pc)
{
    struct hb_task *task = result ? NULL : rt_enter();
    if (task) {
        hb_cond_create(task, (uintptr_t)cond, pc);
        rt_leave();
    }
    return result;
}

/* Before the real end, which may have to wait for those who are about to leave: then, too, nobody
 * may use it any more. */
static void cond_dies(const volatile void *cond, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (task) {
        misuse_destroy(task, cond, OBJECT_CONDITION, pc);
        hb_cond_destroy(task, (uintptr_t)cond, pc);
        rt_leave();
    }
}

/* Before the real signal. */
static void cond_signalled(const volatile void *cond, bool all, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_cond_signal(task, (uintptr_t)cond, all, pc);
        rt_leave();
    }
}

INTERCEPT(int, pthread_cond_init,
          (pthread_cond_t *restrict cond, const pthread_condattr_t *restrict attr))
{
    misuse_init(cond, OBJECT_CONDITION, RT_CALLER);
    return cond_made(cond, REAL(pthread_cond_init)(cond, attr), RT_CALLER);
}

INTERCEPT(int, pthread_cond_destroy, (pthread_cond_t * cond))
{
    cond_dies(cond, RT_CALLER);
    return REAL(pthread_cond_destroy)(cond);
}

INTERCEPT(int, pthread_cond_signal, (pthread_cond_t * cond))
{
    cond_signalled(cond, false, RT_CALLER);
    return REAL(pthread_cond_signal)(cond);
}

INTERCEPT(int, pthread_cond_broadcast, (pthread_cond_t * cond))
{
    cond_signalled(cond, true, RT_CALLER);
    return REAL(pthread_cond_broadcast)(cond);
}

INTERCEPT(int, cnd_init, (cnd_t * cond))
{
    misuse_init(cond, OBJECT_CONDITION, RT_CALLER);
    return cond_made(cond, REAL(cnd_init)(cond), RT_CALLER); /* thrd_success is 0 */
}

INTERCEPT(void, cnd_destroy, (cnd_t * cond))
{
    cond_dies(cond, RT_CALLER);
    REAL(cnd_destroy)(cond);
}

INTERCEPT(int, cnd_signal, (cnd_t * cond))
{
    cond_signalled(cond, false, RT_CALLER);
    return REAL(cnd_signal)(cond);
}

INTERCEPT(int, cnd_broadcast, (cnd_t * cond))
{
    cond_signalled(cond, true, RT_CALLER);
    return REAL(cnd_broadcast)(cond);
}
