/*
 * clock: virtual time. It stands still while tasks compute, moves a little whenever somebody looks
 * at it (or loops that wait for a time would never end), and jumps when the scheduler lets a
 * sleeper or a time-out go first.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>

#include "base/sys.h"
#include "interpose/control/control.h"

#define NS_PER_S UINT64_C(1000000000)
enum { LOOK_NS = 1000, TICKS_PER_S = 100 };

/* What the clocks show at the beginning of every execution. */
#define WALL_START (UINT64_C(1767225600) * NS_PER_S) /* the first of January 2026 */
#define MONOTONIC_START (UINT64_C(100000) * NS_PER_S)

static uint64_t start_of(clockid_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
        return WALL_START;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        return 0;
    default:
        return clock < 0 ? 0 : MONOTONIC_START;
    }
}

uint64_t control_now(void)
{
    if (control_active()) { /* not the scheduler of goroutines */
        sched_clock_advance(control_sched, LOOK_NS);
        control_changed();
    }
    return sched_clock(control_sched);
}

uint64_t control_monotonic_ns(void)
{
    struct timespec now;
    LIBC(clock_gettime)(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t control_cpu_ns(int who)
{
    struct rusage used = {0};
    sys_call3(SYS_getrusage, who, (long)&used, 0);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * NS_PER_S +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
}

static bool is_time(const struct timespec *time)
{
    return time->tv_nsec >= 0 && time->tv_nsec < (long)NS_PER_S;
}

/* Far futures are kept apart from SCHED_NEVER. */
static uint64_t ns_of(const struct timespec *time)
{
    uint64_t limit = UINT64_MAX / 4 / NS_PER_S;
    if (time->tv_sec < 0)
        return 0;
    uint64_t seconds = (uint64_t)time->tv_sec < limit ? (uint64_t)time->tv_sec : limit;
    return seconds * NS_PER_S + (uint64_t)time->tv_nsec;
}

uint64_t control_deadline(clockid_t clock, const struct timespec *deadline)
{
    uint64_t at = ns_of(deadline), start = start_of(clock);
    return at > start ? at - start : 0;
}

uint64_t control_deadline_in(const struct timespec *time)
{
    return sched_clock(control_sched) + ns_of(time);
}

/* ---- looking ---- */

static void show(uint64_t ns, struct timespec *ret_time)
{
    ret_time->tv_sec = (time_t)(ns / NS_PER_S);
    ret_time->tv_nsec = (long)(ns % NS_PER_S);
}

/* A clock behind a descriptor. Other negative numbers name the time that a thread or process has
 * used (pthread_getcpuclockid). */
static bool is_device(clockid_t clock)
{
    enum { KIND = 7, DEVICE = 3 };
    return clock < 0 && (clock & KIND) == DEVICE;
}

CONTROLLED(int, clock_gettime, (clockid_t clock, struct timespec *ret_time))
{
    if (!control_running || is_device(clock))
        return LIBC(clock_gettime)(clock, ret_time);
    show(start_of(clock) + control_now(), ret_time);
    return 0;
}

CONTROLLED(time_t, time, (time_t * ret_time))
{
    if (!control_running)
        return LIBC(time)(ret_time);
    time_t now = (time_t)((WALL_START + control_now()) / NS_PER_S);
    if (ret_time)
        *ret_time = now;
    return now;
}

CONTROLLED(int, gettimeofday, (struct timeval *restrict ret_time, void *restrict zone))
{
    if (!control_running || !ret_time)
        return LIBC(gettimeofday)(ret_time, zone);
    struct timespec now;
    show(WALL_START + control_now(), &now);
    ret_time->tv_sec = now.tv_sec;
    ret_time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

CONTROLLED(clock_t, clock, (void))
{
    if (!control_running)
        return LIBC(clock)();
    return (clock_t)(control_now() / (NS_PER_S / CLOCKS_PER_SEC));
}

CONTROLLED(int, timespec_get, (struct timespec * ret_time, int base))
{
    if (!control_running || base != TIME_UTC)
        return LIBC(timespec_get)(ret_time, base);
    show(WALL_START + control_now(), ret_time);
    return base;
}

/* ---- the time that the processor spent: all that passes ---- */

CONTROLLED(clock_t, times, (struct tms * ret_times))
{
    if (!control_running)
        return LIBC(times)(ret_times);
    clock_t now = (clock_t)(control_now() / (NS_PER_S / (uint64_t)TICKS_PER_S));
    if (ret_times)
        *ret_times = (struct tms){.tms_utime = now};
    return (clock_t)(MONOTONIC_START / NS_PER_S * TICKS_PER_S) + now;
}

/* What else the kernel counts (faults, switches) would differ from run to run. */
CONTROLLED(int, getrusage, (__rusage_who_t who, struct rusage *ret_usage))
{
    if (!control_running || who == RUSAGE_CHILDREN || !ret_usage)
        return LIBC(getrusage)(who, ret_usage);
    struct timespec now;
    show(control_now(), &now);
    memset(ret_usage, 0, sizeof *ret_usage);
    ret_usage->ru_utime = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

/* ---- sleeping ---- */

/* 0 or EINTR. */
static int sleep_until(uint64_t deadline, uintptr_t pc)
{
    int error = control_step(&(struct sched_op){
        .kind = SCHED_SLEEP, .deadline = deadline, .breaks = SCHED_BREAKS_ALWAYS, .pc = pc});
    return error == EINTR ? error : 0;
}

/* The same; tells how much of the time is left. */
static int sleep_for(const struct timespec *time, struct timespec *ret_rest, uintptr_t pc)
{
    uint64_t deadline = control_deadline_in(time), now;
    int error = sleep_until(deadline, pc);
    now = sched_clock(control_sched);
    if (error && ret_rest)
        show(deadline > now ? deadline - now : 0, ret_rest);
    return error;
}

CONTROLLED(int, nanosleep, (const struct timespec *time, struct timespec *ret_rest))
{
    if (!control_active() || !is_time(time))
        return LIBC(nanosleep)(time, ret_rest);
    int error = sleep_for(time, ret_rest, CONTROL_CALLER);
    if (error)
        errno = error;
    return error ? -1 : 0;
}

CONTROLLED(int, clock_nanosleep,
           (clockid_t clock, int flags, const struct timespec *time, struct timespec *ret_rest))
{
    if (!control_active() || !is_time(time))
        return LIBC(clock_nanosleep)(clock, flags, time, ret_rest);
    if (flags & TIMER_ABSTIME)
        return sleep_until(control_deadline(clock, time), CONTROL_CALLER);
    return sleep_for(time, ret_rest, CONTROL_CALLER);
}

CONTROLLED(int, thrd_sleep, (const struct timespec *time, struct timespec *ret_rest))
{
    if (!control_active() || !is_time(time))
        return LIBC(thrd_sleep)(time, ret_rest);
    return sleep_for(time, ret_rest, CONTROL_CALLER) ? -1 : 0;
}

CONTROLLED(unsigned, sleep, (unsigned seconds))
{
    if (!control_active())
        return LIBC(sleep)(seconds);
    struct timespec rest = {0};
    sleep_for(&(struct timespec){.tv_sec = seconds}, &rest, CONTROL_CALLER);
    return (unsigned)rest.tv_sec + (rest.tv_nsec >= (long)NS_PER_S / 2);
}

CONTROLLED(int, usleep, (useconds_t us))
{
    if (!control_active())
        return LIBC(usleep)(us);
    struct timespec time = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L};
    int error = sleep_for(&time, NULL, CONTROL_CALLER);
    if (error)
        errno = error;
    return error ? -1 : 0;
}
