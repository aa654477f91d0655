/*
 * points: interceptors that the detector has no use for (interceptors_control.def).
 */
#include "interpose/control/control.h"
#include "interpose/journal.h"
#include "interpose/runtime.h"

#define PASS(ret, name, params, arguments)                                                         \
    INTERCEPT(ret, name, params)                                                                   \
    {                                                                                              \
        return REAL(name) arguments;                                                               \
    }

PASS(int, sched_yield, (void), ())
PASS(int, flock, (int fd, int operation), (fd, operation))
PASS(int, lockf, (int fd, int command, off_t size), (fd, command, size))
PASS(int, pthread_mutexattr_setpshared, (pthread_mutexattr_t * attributes, int shared),
     (attributes, shared))
PASS(int, pthread_condattr_setpshared, (pthread_condattr_t * attributes, int shared),
     (attributes, shared))
PASS(int, pthread_rwlockattr_setpshared, (pthread_rwlockattr_t * attributes, int shared),
     (attributes, shared))
PASS(int, pthread_barrierattr_setpshared, (pthread_barrierattr_t * attributes, int shared),
     (attributes, shared))
PASS(int, pthread_sigmask, (int how, const sigset_t *set, sigset_t *before), (how, set, before))
PASS(int, sigprocmask, (int how, const sigset_t *set, sigset_t *before), (how, set, before))
PASS(int, sighold, (int signal), (signal))
PASS(int, sigrelse, (int signal), (signal))
PASS(int, sigpending, (sigset_t * set), (set))
PASS(int, pause, (void), ())
PASS(int, sigsuspend, (const sigset_t *set), (set))
PASS(int, pthread_cancel, (pthread_t id), (id))
PASS(int, pthread_setcancelstate, (int state, int *before), (state, before))
PASS(clock_t, clock, (void), ())
PASS(unsigned, sleep, (unsigned seconds), (seconds))
PASS(int, usleep, (useconds_t us), (us))
PASS(int, thrd_sleep, (const struct timespec *time, struct timespec *rest), (time, rest))
PASS(int, sem_getvalue, (sem_t *restrict sem, int *restrict value), (sem, value))
PASS(int, pthread_mutex_consistent, (pthread_mutex_t * mutex), (mutex))

PASS(pid_t, getpid, (void), ())
PASS(pid_t, getppid, (void), ())
PASS(pid_t, gettid, (void), ())
PASS(int, sched_setaffinity, (pid_t id, size_t size, const cpu_set_t *set), (id, size, set))
PASS(int, sched_setscheduler, (pid_t id, int policy, const struct sched_param *parameters),
     (id, policy, parameters))
PASS(int, sched_getscheduler, (pid_t id), (id))
PASS(int, sched_setparam, (pid_t id, const struct sched_param *parameters), (id, parameters))
PASS(int, sched_getparam, (pid_t id, struct sched_param *parameters), (id, parameters))
PASS(pid_t, getpgid, (pid_t id), (id))
PASS(pid_t, getsid, (pid_t id), (id))
PASS(int, setpgid, (pid_t id, pid_t group), (id, group))
PASS(int, setpriority, (__priority_which_t which, id_t who, int priority), (which, who, priority))
PASS(int, getpriority, (__priority_which_t which, id_t who), (which, who))
PASS(int, timer_create, (clockid_t clock, struct sigevent *event, timer_t *ret_id),
     (clock, event, ret_id))
PASS(int, timer_delete, (timer_t id), (id))
PASS(int, timer_gettime, (timer_t id, struct itimerspec *ret_value), (id, ret_value))
PASS(int, timer_getoverrun, (timer_t id), (id))
PASS(uint32_t, arc4random, (void), ())
PASS(uint32_t, arc4random_uniform, (uint32_t limit), (limit))

INTERCEPT(void, arc4random_buf, (void *to, size_t size))
{
    REAL(arc4random_buf)(to, size);
}

INTERCEPT(int, clone, (int (*run)(void *), void *stack, int flags, void *argument, ...))
{
    void *rest[3]; /* as many as the flags ask for */
    va_list list;
    va_start(list, argument);
    for (int i = 0; i < 3; i++)
        rest[i] = va_arg(list, void *);
    va_end(list);
    return REAL(clone)(run, stack, flags, argument, rest[0], rest[1], rest[2]);
}

INTERCEPT(long, syscall, (long number, ...))
{
    long arguments[SYSCALL_ARGUMENTS];
    SYSCALL_TAKE(arguments, number);
    return REAL(syscall)(SYSCALL_GIVE(number, arguments));
}

INTERCEPT(void, pthread_testcancel, (void))
{
    REAL(pthread_testcancel)();
}

INTERCEPT(void, thrd_yield, (void))
{
    REAL(thrd_yield)();
}

/* Of each object's finalizer. */
INTERCEPT(void, __cxa_finalize, (void *module))
{
    REAL(__cxa_finalize)(module);
}

INTERCEPT(void, exit, (int code))
{
    REAL(exit)(code);
    __builtin_unreachable();
}

INTERCEPT(void, __assert_fail,
          (const char *condition, const char *file, unsigned line, const char *function))
{
    REAL(__assert_fail)(condition, file, line, function);
    __builtin_unreachable();
}
