/*
 * syscall: syscall(2) under control: what programs commonly call by it is what the function of that
 * name would be.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "interpose/control/control.h"

/* True when it was ours; the result is as a function of libc has it. */
static bool answer(long number, const long *a, long *ret_result)
{
    switch (number) {
    case SYS_getpid:
        *ret_result = REAL(getpid)();
        return true;
    case SYS_getppid:
        *ret_result = REAL(getppid)();
        return true;
    case SYS_gettid:
        *ret_result = REAL(gettid)();
        return true;
    case SYS_getrandom:
        *ret_result = REAL(getrandom)((void *)a[0], (size_t)a[1], (unsigned)a[2]);
        return true;
    case SYS_kill:
        *ret_result = REAL(kill)((pid_t)a[0], (int)a[1]);
        return true;
    case SYS_tgkill:
        *ret_result = REAL(tgkill)((pid_t)a[0], (pid_t)a[1], (int)a[2]);
        return true;
    case SYS_tkill:
        *ret_result = REAL(tgkill)(control_pid(), (pid_t)a[0], (int)a[1]);
        return true;
    case SYS_sched_yield:
        *ret_result = REAL(sched_yield)();
        return true;
    case SYS_nanosleep:
        *ret_result = REAL(nanosleep)((const struct timespec *)a[0], (struct timespec *)a[1]);
        return true;
    case SYS_clock_gettime:
        *ret_result = REAL(clock_gettime)((clockid_t)a[0], (struct timespec *)a[1]);
        return true;
    case SYS_time:
        *ret_result = REAL(time)((time_t *)a[0]);
        return true;
    case SYS_gettimeofday:
        *ret_result = REAL(gettimeofday)((struct timeval *)a[0], (void *)a[1]);
        return true;
    default:
        return false;
    }
}

static long futex(const long *arguments, uintptr_t pc)
{
    long result = control_futex(arguments, pc);
    if (result >= 0)
        return result;
    errno = (int)-result;
    return -1;
}

static const char by_itself[] = "it makes threads or processes by the system call clone itself";

CONTROLLED(int, clone, (int (*run)(void *), void *stack, int flags, void *argument, ...))
{
    void *rest[3];
    va_list list;
    va_start(list, argument);
    for (int i = 0; i < 3; i++)
        rest[i] = va_arg(list, void *);
    va_end(list);
    if (CONTROL_HERE)
        control_refuse(by_itself);
    return LIBC(clone)(run, stack, flags, argument, rest[0], rest[1], rest[2]);
}

CONTROLLED(long, syscall, (long number, ...))
{
    long arguments[SYSCALL_ARGUMENTS], result;
    SYSCALL_TAKE(arguments, number);
    if (!CONTROL_HERE)
        return LIBC(syscall)(SYSCALL_GIVE(number, arguments));
    if (number == SYS_futex)
        return futex(arguments, CONTROL_CALLER);
    if (number == SYS_clone || number == SYS_clone3 || number == SYS_fork || number == SYS_vfork)
        control_refuse(by_itself);
    return answer(number, arguments, &result) ? result
                                              : LIBC(syscall)(SYSCALL_GIVE(number, arguments));
}
