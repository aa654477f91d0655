/*
 * timer: alarm, interval timers and POSIX timers under control, in virtual time. Each is a task of
 * the scheduler without code of its own, which sleeps until the timer is due; whoever takes its
 * step sends its signal. So a timer may be due at any point, as any sleeper (clock.c), and the
 * choice replays. ITIMER_VIRTUAL and ITIMER_PROF run like ITIMER_REAL: the virtual clock knows one
 * time.
 */
#include <errno.h>
#include <sys/time.h>
#include <sys/timerfd.h>

#include "interpose/control/control.h"

#define NS_PER_S UINT64_C(1000000000)
enum { TIMERS_MAX = 64, INTERVALS = 3 };

struct timer {
    uint32_t task; /* + 1; 0: it never ran */
    bool used, armed;
    uint64_t deadline, interval; /* virtual ns; 0 = once */
    clockid_t clock;
    uint32_t target; /* CONTROL_THREAD_NONE: the process */
    bool silent;     /* SIGEV_NONE */
    siginfo_t info;
    int overruns;
    bool is_descriptor;
    int fd; /* of a timerfd: an eventfd in truth */
};
/* The interval timers come first. */
static struct timer timers[TIMERS_MAX];

static uint64_t ns_of(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec;
}

static struct timespec time_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

static bool is_time(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < (long)NS_PER_S;
}

/* ---- running ---- */

static void sleep_begin(struct timer *timer)
{
    timer->armed = true;
    sched_pend(control_sched, timer->task - 1,
               &(struct sched_op){.kind = SCHED_SLEEP, .deadline = timer->deadline});
}

static void disarm(struct timer *timer)
{
    if (timer->armed)
        sched_unpend(control_sched, timer->task - 1);
    timer->armed = false;
}

static void arm(struct timer *timer, uint64_t deadline, uint64_t interval)
{
    disarm(timer);
    timer->deadline = deadline;
    timer->interval = interval;
    timer->overruns = 0;
    if (!timer->task)
        timer->task = control_task_add((uint32_t)(timer - timers) + 1) + 1;
    sleep_begin(timer);
}

/* How often it was due since, and when it is next. */
static uint64_t expirations(struct timer *timer)
{
    uint64_t late = sched_clock(control_sched) - timer->deadline;
    uint64_t count = timer->interval ? late / timer->interval + 1 : 1;
    timer->deadline += count * timer->interval;
    return count;
}

void control_timer_fire(uint32_t number)
{
    struct timer *timer = &timers[number - 1];
    uint32_t self = timer->task - 1;
    uint64_t count = expirations(timer);
    timer->armed = false;
    timer->overruns = (int)(count - 1);
    if (timer->target != CONTROL_THREAD_NONE)
        control_signal_send(timer->target, &timer->info);
    else if (timer->is_descriptor)
        LIBC(eventfd_write)(timer->fd, count);
    else if (!timer->silent)
        control_signal_send_process(self, CONTROL_THREAD_NONE, &timer->info, 0);
    if (timer->interval)
        sleep_begin(timer);
}

static uint64_t remaining(const struct timer *timer)
{
    uint64_t now = sched_clock(control_sched);
    if (!timer->armed)
        return 0;
    return timer->deadline > now ? timer->deadline - now : 1; /* due, but not yet told */
}

/* ---- alarm and setitimer ---- */

static struct timer *interval_timer(int which)
{
    static const int signals[INTERVALS] = {SIGALRM, SIGVTALRM, SIGPROF};
    struct timer *timer = &timers[which];
    timer->used = true;
    timer->target = CONTROL_THREAD_NONE;
    timer->info = (siginfo_t){.si_signo = signals[which], .si_code = SI_KERNEL};
    return timer;
}

static void interval_set(struct timer *timer, uint64_t value, uint64_t interval)
{
    if (value)
        arm(timer, sched_clock(control_sched) + value, interval);
    else
        disarm(timer);
}

CONTROLLED(unsigned, alarm, (unsigned seconds))
{
    if (!CONTROL_HERE)
        return LIBC(alarm)(seconds);
    struct timer *timer = interval_timer(ITIMER_REAL);
    uint64_t left = remaining(timer);
    interval_set(timer, seconds * NS_PER_S, 0);
    return (unsigned)((left + NS_PER_S - 1) / NS_PER_S);
}

CONTROLLED(useconds_t, ualarm, (useconds_t us, useconds_t interval))
{
    if (!CONTROL_HERE)
        return LIBC(ualarm)(us, interval);
    struct timer *timer = interval_timer(ITIMER_REAL);
    uint64_t left = remaining(timer);
    interval_set(timer, us * UINT64_C(1000), interval * UINT64_C(1000));
    return (useconds_t)((left + 999) / 1000);
}

static uint64_t ns_of_us(const struct timeval *time)
{
    return ns_of(&(struct timespec){.tv_sec = time->tv_sec, .tv_nsec = time->tv_usec * 1000});
}

static struct timeval us_of(uint64_t ns)
{
    struct timespec time = time_of(ns);
    return (struct timeval){.tv_sec = time.tv_sec, .tv_usec = time.tv_nsec / 1000};
}

static void interval_show(const struct timer *timer, struct itimerval *ret_value)
{
    ret_value->it_value = us_of(remaining(timer));
    ret_value->it_interval = us_of(timer->armed ? timer->interval : 0);
}

CONTROLLED(int, setitimer,
           (__itimer_which_t which, const struct itimerval *restrict value,
            struct itimerval *restrict ret_before))
{
    if (!CONTROL_HERE || (unsigned)which >= INTERVALS || !value)
        return LIBC(setitimer)(which, value, ret_before);
    struct timer *timer = interval_timer((int)which);
    if (ret_before)
        interval_show(timer, ret_before);
    interval_set(timer, ns_of_us(&value->it_value), ns_of_us(&value->it_interval));
    return 0;
}

CONTROLLED(int, getitimer, (__itimer_which_t which, struct itimerval *ret_value))
{
    if (!CONTROL_HERE || (unsigned)which >= INTERVALS)
        return LIBC(getitimer)(which, ret_value);
    interval_show(&timers[which], ret_value);
    return 0;
}

/* ---- timer_create; a timer_t is the number of the timer ---- */

static int failed(int error)
{
    errno = error;
    return -1;
}

static struct timer *timer_new(clockid_t clock)
{
    for (struct timer *timer = timers + INTERVALS; timer < timers + TIMERS_MAX; timer++)
        if (!timer->used) {
            uint32_t task = timer->task;
            *timer = (struct timer){
                .task = task, .used = true, .clock = clock, .target = CONTROL_THREAD_NONE};
            return timer;
        }
    return NULL;
}

/* By a timer_t; NULL: there is none. */
static struct timer *timer_find(timer_t id)
{
    uintptr_t number = (uintptr_t)id;
    bool possible = number >= INTERVALS && number < TIMERS_MAX && timers[number].used;
    return possible && !timers[number].is_descriptor ? &timers[number] : NULL;
}

static void target_set(struct timer *timer, const struct sigevent *event)
{
    timer->info.si_code = SI_TIMER;
    timer->info.si_signo = event ? event->sigev_signo : SIGALRM;
    timer->info.si_value =
        event ? event->sigev_value : (union sigval){.sival_int = (int)(timer - timers)};
    if (!event)
        return;
    timer->silent = event->sigev_notify == SIGEV_NONE;
    if (event->sigev_notify == SIGEV_THREAD)
        control_refuse("it has timers that start threads (SIGEV_THREAD)");
    if (event->sigev_notify == SIGEV_THREAD_ID)
        timer->target = control_task_of_tid(event->_sigev_un._tid);
}

CONTROLLED(int, timer_create, (clockid_t clock, struct sigevent *event, timer_t *ret_id))
{
    if (!CONTROL_HERE)
        return LIBC(timer_create)(clock, event, ret_id);
    struct timer *timer = timer_new(clock);
    if (!timer)
        return failed(EAGAIN);
    target_set(timer, event);
    *ret_id = (timer_t)(uintptr_t)(timer - timers);
    return 0;
}

CONTROLLED(int, timer_delete, (timer_t id))
{
    if (!CONTROL_HERE)
        return LIBC(timer_delete)(id);
    struct timer *timer = timer_find(id);
    if (!timer)
        return failed(EINVAL);
    disarm(timer);
    timer->used = false;
    return 0;
}

static void timer_show(const struct timer *timer, struct itimerspec *ret_value)
{
    ret_value->it_value = time_of(remaining(timer));
    ret_value->it_interval = time_of(timer->armed ? timer->interval : 0);
}

static int timer_set(struct timer *timer, int flags, const struct itimerspec *value,
                     struct itimerspec *ret_before)
{
    if (!is_time(&value->it_value) || !is_time(&value->it_interval))
        return failed(EINVAL);
    if (ret_before)
        timer_show(timer, ret_before);
    if (!ns_of(&value->it_value))
        disarm(timer);
    else
        arm(timer,
            flags & TIMER_ABSTIME ? control_deadline(timer->clock, &value->it_value)
                                  : control_deadline_in(&value->it_value),
            ns_of(&value->it_interval));
    return 0;
}

CONTROLLED(int, timer_settime,
           (timer_t id, int flags, const struct itimerspec *restrict value,
            struct itimerspec *restrict ret_before))
{
    if (!CONTROL_HERE)
        return LIBC(timer_settime)(id, flags, value, ret_before);
    struct timer *timer = timer_find(id);
    return timer ? timer_set(timer, flags, value, ret_before) : failed(EINVAL);
}

CONTROLLED(int, timer_gettime, (timer_t id, struct itimerspec *ret_value))
{
    if (!CONTROL_HERE)
        return LIBC(timer_gettime)(id, ret_value);
    const struct timer *timer = timer_find(id);
    if (!timer)
        return failed(EINVAL);
    timer_show(timer, ret_value);
    return 0;
}

CONTROLLED(int, timer_getoverrun, (timer_t id))
{
    if (!CONTROL_HERE)
        return LIBC(timer_getoverrun)(id);
    const struct timer *timer = timer_find(id);
    return timer ? timer->overruns : failed(EINVAL);
}

/* ---- timerfd: an eventfd, to which expirations are written. Its reads and polls are fd.c's. ----
 */

static struct timer *descriptor_find(int fd)
{
    for (struct timer *timer = timers + INTERVALS; timer < timers + TIMERS_MAX; timer++)
        if (timer->used && timer->is_descriptor && timer->fd == fd)
            return timer;
    return NULL;
}

void control_timer_closed(int first, int last)
{
    for (struct timer *timer = timers + INTERVALS; timer < timers + TIMERS_MAX; timer++)
        if (timer->used && timer->is_descriptor && timer->fd >= first && timer->fd <= last) {
            disarm(timer);
            timer->used = false;
        }
}

CONTROLLED(int, timerfd_create, (int clock, int flags))
{
    static_assert((int)TFD_NONBLOCK == (int)EFD_NONBLOCK && (int)TFD_CLOEXEC == (int)EFD_CLOEXEC,
                  "the same flags");
    if (!CONTROL_HERE)
        return LIBC(timerfd_create)(clock, flags);
    struct timer *timer = timer_new(clock);
    if (!timer)
        return failed(EMFILE);
    timer->is_descriptor = true;
    timer->fd = LIBC(eventfd)(0, flags);
    timer->used = timer->fd >= 0;
    return timer->fd;
}

CONTROLLED(int, timerfd_settime,
           (int fd, int flags, const struct itimerspec *value, struct itimerspec *ret_before))
{
    struct timer *timer = CONTROL_HERE ? descriptor_find(fd) : NULL;
    struct pollfd poll = {.fd = fd, .events = POLLIN};
    eventfd_t told;
    if (!timer)
        return LIBC(timerfd_settime)(fd, flags, value, ret_before);
    if (LIBC(poll)(&poll, 1, 0) == 1)
        LIBC(eventfd_read)(fd, &told); /* what was due before is forgotten */
    return timer_set(timer, flags & TFD_TIMER_ABSTIME ? TIMER_ABSTIME : 0, value, ret_before);
}

CONTROLLED(int, timerfd_gettime, (int fd, struct itimerspec *ret_value))
{
    const struct timer *timer = CONTROL_HERE ? descriptor_find(fd) : NULL;
    if (!timer)
        return LIBC(timerfd_gettime)(fd, ret_value);
    timer_show(timer, ret_value);
    return 0;
}
