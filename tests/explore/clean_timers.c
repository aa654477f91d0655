/* clean */
/*
 * Timers in virtual time: alarm ends pause, interval timers come again, POSIX timers send their
 * value to a thread that waits for it, and timerfd counts what it was late for.
 */
#define _GNU_SOURCE
#include "threads.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static _Atomic int alarms;

static void count(int signal)
{
    (void)signal;
    atomic_fetch_add(&alarms, 1);
}

static time_t seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void alarm_suspends(void)
{
    sigset_t set, before;
    time_t begin = seconds();
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    assert(alarm(1000) == 0);
    assert(sigsuspend(&before) == -1 && errno == EINTR);
    assert(atomic_load(&alarms) == 1 && seconds() >= begin + 1000);
    struct itimerval often = {{.tv_sec = 10}, {.tv_sec = 10}}, left;
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 3; i++)
        sigsuspend(&before);
    assert(getitimer(ITIMER_REAL, &left) == 0 && left.it_interval.tv_sec == 10);
    assert(alarm(0) <= 10 && alarm(0) == 0);
    assert(atomic_load(&alarms) >= 4);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void timer_tells_value(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    struct itimerspec once = {.it_value = {.tv_sec = 5}}, left;
    siginfo_t info;
    timer_t timer;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    event.sigev_value.sival_int = 42;
    assert(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    assert(timer_settime(timer, 0, &once, NULL) == 0);
    assert(timer_gettime(timer, &left) == 0 && left.it_value.tv_sec <= 5);
    assert(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int == 42);
    assert(info.si_code == SI_TIMER && timer_getoverrun(timer) == 0);
    assert(timer_delete(timer) == 0 && timer_delete(timer) == -1 && errno == EINVAL);
}

static void *ticks(void *unused)
{
    struct itimerspec often = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = 1}};
    uint64_t all = 0, count;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct pollfd poll_one = {.fd = fd, .events = POLLIN};
    assert(timerfd_settime(fd, 0, &often, NULL) == 0);
    while (all < 3) {
        assert(poll(&poll_one, 1, -1) == 1);
        assert(read(fd, &count, sizeof count) == sizeof count && count > 0);
        all += count;
    }
    assert(timerfd_settime(fd, 0, &(struct itimerspec){0}, &often) == 0);
    assert(often.it_interval.tv_sec == 1 && poll(&poll_one, 1, 10000) == 0);
    close(fd);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = count};
    sigaction(SIGALRM, &action, NULL);
    alarm_suspends();
    timer_tells_value();
    start(ticks);
    join_all();
    return 0;
}
