/*
 * signal_send: what sends signals and what takes them without a handler (P10).
 *
 * Each thread has an address per signal for signals directed at it, the process has one per signal
 * for the rest. Signals coalesce, so releases merge. A signal of the process is taken by any one
 * of its threads: later takers acquire earlier senders, too, which costs precision only between
 * uses of one signal number. raise sends to its own thread, whose order is program order already.
 */
#include <unistd.h>

#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/signals.h"
#include "interpose/thread.h"

static uint64_t process_keys[SIGNALS];
static uint64_t timers_key; /* of who armed a POSIX timer, whatever its signal */

static bool is_signal(int signal)
{
    return signal > 0 && signal < SIGNALS;
}

void signals_acquire(struct hb_task *task, int signal, bool timers)
{
    if (!is_signal(signal))
        return;
    if (rt_self.thread)
        hb_acquire(task, (uintptr_t)&rt_self.thread->signal_keys[signal]);
    hb_acquire(task, (uintptr_t)&process_keys[signal]);
    if (timers)
        hb_acquire(task, (uintptr_t)&timers_key);
}

/* ---- senders ---- */

/* The real call: a handler that it starts in this thread interrupts nothing else. Handlers may
 * send, too. */
#define SENDS(signal, call)                                                                        \
    ({                                                                                             \
        uint8_t outer_ = rt_self.sends;                                                            \
        rt_self.sends = (uint8_t)(signal);                                                         \
        int result_ = (call);                                                                      \
        rt_self.sends = outer_;                                                                    \
        result_;                                                                                   \
    })

static void sent_to_thread(pthread_t id, int signal)
{
    struct hb_task *task = is_signal(signal) ? rt_enter() : NULL;
    if (task) {
        struct thread *target = thread_find(id);
        if (target)
            hb_release(task, (uintptr_t)&target->signal_keys[signal]);
        rt_leave();
    }
}

void signals_sent(int signal)
{
    struct hb_task *task = is_signal(signal) ? rt_enter() : NULL;
    if (task) {
        hb_release(task, (uintptr_t)&process_keys[signal]);
        rt_leave();
    }
}

static bool is_us(pid_t pid)
{
    return pid == (pid_t)sys_getpid() || (pid && pid == control_pid()) || pid == 0 || pid == -1 ||
           pid == -getpgrp();
}

INTERCEPT(int, raise, (int signal))
{
    return SENDS(signal, REAL(raise)(signal));
}

INTERCEPT(int, pthread_kill, (pthread_t id, int signal))
{
    sent_to_thread(id, signal);
    return SENDS(signal, REAL(pthread_kill)(id, signal));
}

INTERCEPT(int, pthread_sigqueue, (pthread_t id, int signal, const union sigval value))
{
    sent_to_thread(id, signal);
    return SENDS(signal, REAL(pthread_sigqueue)(id, signal, value));
}

INTERCEPT(int, kill, (pid_t pid, int signal))
{
    if (is_us(pid))
        signals_sent(signal);
    return SENDS(signal, REAL(kill)(pid, signal));
}

/* The kernel's thread ids are not in our table: one address for all threads. */
INTERCEPT(int, tgkill, (pid_t pid, pid_t tid, int signal))
{
    if (is_us(pid))
        signals_sent(signal);
    return SENDS(signal, REAL(tgkill)(pid, tid, signal));
}

INTERCEPT(int, killpg, (pid_t group, int signal))
{
    if (group == 0 || group == getpgrp())
        signals_sent(signal);
    return SENDS(signal, REAL(killpg)(group, signal));
}

INTERCEPT(int, sigqueue, (pid_t pid, int signal, const union sigval value))
{
    if (is_us(pid))
        signals_sent(signal);
    return SENDS(signal, REAL(sigqueue)(pid, signal, value));
}

/* ---- timers: whoever arms one sends what it will send ---- */

INTERCEPT(unsigned, alarm, (unsigned seconds))
{
    signals_sent(SIGALRM);
    return REAL(alarm)(seconds);
}

INTERCEPT(useconds_t, ualarm, (useconds_t us, useconds_t interval))
{
    signals_sent(SIGALRM);
    return REAL(ualarm)(us, interval);
}

/* Which signal was said at timer_create, and may be none. */
INTERCEPT(int, timer_settime,
          (timer_t id, int flags, const struct itimerspec *restrict value,
           struct itimerspec *restrict ret_before))
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_release(task, (uintptr_t)&timers_key);
        rt_leave();
    }
    return REAL(timer_settime)(id, flags, value, ret_before);
}

/* ---- takers ---- */

static int waited(int signal, const siginfo_t *info)
{
    struct hb_task *task = signal > 0 ? rt_enter() : NULL;
    if (task) {
        signals_acquire(task, signal, !info || info->si_code == SI_TIMER);
        rt_leave();
    }
    return signal;
}

INTERCEPT(int, sigwait, (const sigset_t *set, int *ret_signal))
{
    int result = REAL(sigwait)(set, ret_signal);
    if (!result)
        waited(*ret_signal, NULL);
    return result;
}

INTERCEPT(int, sigwaitinfo, (const sigset_t *set, siginfo_t *ret_info))
{
    return waited(REAL(sigwaitinfo)(set, ret_info), ret_info);
}

INTERCEPT(int, sigtimedwait,
          (const sigset_t *set, siginfo_t *ret_info, const struct timespec *timeout))
{
    return waited(REAL(sigtimedwait)(set, ret_info, timeout), ret_info);
}
