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
PASS(int, raise, (int signal), (signal))
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
