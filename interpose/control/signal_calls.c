/*
 * signal_calls: the calls that send signals, wait for them, and block them, under control.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sys.h"
#include "interpose/control/control.h"

enum { SIGNAL_LAST = 64 };

static bool is_signal(int signal)
{
    return signal >= 0 && signal <= SIGNAL_LAST;
}

static int failed(int error)
{
    if (!error)
        return 0;
    errno = error;
    return -1;
}

/* ---- sending ---- */

static siginfo_t info_of(int signal, int code, union sigval value)
{
    siginfo_t info = {.si_signo = signal, .si_code = code};
    info.si_pid = control_pid();
    info.si_uid = (uid_t)sys_call3(SYS_getuid, 0, 0, 0);
    info.si_value = value;
    return info;
}

/* To a thread. The step's object is who is sent to. */
static int send_thread(uint32_t task, const siginfo_t *info, uintptr_t pc)
{
    if (!is_signal(info->si_signo))
        return EINVAL;
    if (sched_ended(control_sched, task) || !info->si_signo)
        return 0;
    if (task != control_self)
        control_step(&(struct sched_op){.kind = SCHED_KILL,
                                        .count = task,
                                        .address = task + 1,
                                        .deadline = SCHED_NEVER,
                                        .pc = pc});
    int error = control_signal_send(task, info);
    control_attend(NULL);
    return error;
}

static int send_process(const siginfo_t *info, uintptr_t pc)
{
    if (!is_signal(info->si_signo))
        return EINVAL;
    if (!info->si_signo)
        return 0;
    uint32_t taker = control_signal_taker(control_self, info->si_signo, pc);
    uint32_t object = taker == CONTROL_THREAD_NONE ? EXPLORE_TASKS_MAX : taker;
    if (taker != control_self)
        control_step(&(struct sched_op){.kind = SCHED_KILL,
                                        .count = object,
                                        .address = taker + 1,
                                        .deadline = SCHED_NEVER,
                                        .pc = pc});
    int error = control_signal_send_process(control_self, taker, info, pc);
    control_attend(NULL);
    return error;
}

CONTROLLED(int, pthread_kill, (pthread_t id, int signal))
{
    uint32_t task = CONTROL_HERE ? control_task_of((uint64_t)id) : CONTROL_THREAD_NONE;
    if (task == CONTROL_THREAD_NONE)
        return LIBC(pthread_kill)(id, signal);
    siginfo_t info = info_of(signal, SI_TKILL, (union sigval){0});
    return send_thread(task, &info, CONTROL_CALLER);
}

CONTROLLED(int, pthread_sigqueue, (pthread_t id, int signal, const union sigval value))
{
    uint32_t task = CONTROL_HERE ? control_task_of((uint64_t)id) : CONTROL_THREAD_NONE;
    if (task == CONTROL_THREAD_NONE)
        return LIBC(pthread_sigqueue)(id, signal, value);
    siginfo_t info = info_of(signal, SI_QUEUE, value);
    return send_thread(task, &info, CONTROL_CALLER);
}

CONTROLLED(int, raise, (int signal))
{
    if (!CONTROL_HERE)
        return LIBC(raise)(signal);
    siginfo_t info = info_of(signal, SI_TKILL, (union sigval){0});
    return failed(send_thread(control_self, &info, CONTROL_CALLER));
}

/* A group has others in it: racerun, and who started it. */
static void refuse_group(pid_t pid)
{
    if (pid == 0 || pid == -1 || pid == -getpgrp())
        control_refuse("it sends a signal to a group of processes");
}

CONTROLLED(int, kill, (pid_t pid, int signal))
{
    if (CONTROL_HERE && signal)
        refuse_group(pid);
    if (!CONTROL_HERE || pid != control_pid())
        return LIBC(kill)(pid, signal);
    siginfo_t info = info_of(signal, SI_USER, (union sigval){0});
    return failed(send_process(&info, CONTROL_CALLER));
}

CONTROLLED(int, killpg, (pid_t group, int signal))
{
    if (CONTROL_HERE && signal)
        refuse_group(-group);
    return LIBC(killpg)(group, signal);
}

CONTROLLED(int, sigqueue, (pid_t pid, int signal, const union sigval value))
{
    if (!CONTROL_HERE || pid != control_pid())
        return LIBC(sigqueue)(pid, signal, value);
    siginfo_t info = info_of(signal, SI_QUEUE, value);
    return failed(send_process(&info, CONTROL_CALLER));
}

CONTROLLED(int, tgkill, (pid_t pid, pid_t tid, int signal))
{
    uint32_t task =
        CONTROL_HERE && pid == control_pid() ? control_task_of_tid(tid) : CONTROL_THREAD_NONE;
    if (task == CONTROL_THREAD_NONE)
        return LIBC(tgkill)(pid, tid, signal);
    siginfo_t info = info_of(signal, SI_TKILL, (union sigval){0});
    return failed(send_thread(task, &info, CONTROL_CALLER));
}

/* ---- masks ---- */

/* The kernel has it now; what is no longer blocked comes at once. */
static int mask_changed(int result)
{
    if (control_active()) {
        control_signals_begin(control_thread(control_self));
        control_attend(NULL);
    }
    return result;
}

#define MASK(ret, name, params, arguments)                                                         \
    CONTROLLED(ret, name, params)                                                                  \
    {                                                                                              \
        return mask_changed(LIBC(name) arguments);                                                 \
    }

MASK(int, pthread_sigmask, (int how, const sigset_t *set, sigset_t *ret_before),
     (how, set, ret_before))
MASK(int, sigprocmask, (int how, const sigset_t *set, sigset_t *ret_before), (how, set, ret_before))
MASK(int, sighold, (int signal), (signal))
MASK(int, sigrelse, (int signal), (signal))

CONTROLLED(int, sigpending, (sigset_t * ret_set))
{
    int result = LIBC(sigpending)(ret_set);
    if (result || !CONTROL_HERE)
        return result;
    uint64_t blocked = control_signals_blocked(control_thread(control_self));
    for (int signal = 1; signal <= SIGNAL_LAST; signal++)
        if (blocked >> (signal - 1) & 1)
            sigaddset(ret_set, signal);
    return 0;
}

/* ---- waiting for a handler ---- */

static void handler_await(enum sched_breaks breaks, uintptr_t pc)
{
    struct sched_op op = {
        .kind = SCHED_SUSPEND, .deadline = SCHED_NEVER, .breaks = (uint8_t)breaks, .pc = pc};
    control_step(&op); /* it has no other end */
}

CONTROLLED(int, pause, (void))
{
    if (!CONTROL_HERE)
        return LIBC(pause)();
    handler_await(SCHED_BREAKS_ALWAYS, CONTROL_CALLER);
    return failed(EINTR);
}

CONTROLLED(int, sigsuspend, (const sigset_t *set))
{
    if (!CONTROL_HERE)
        return LIBC(sigsuspend)(set);
    struct control_thread *self = control_thread(control_self);
    uint64_t mask;
    __builtin_memcpy(&mask, set, sizeof mask);
    uint64_t before = control_mask_swap(self, mask);
    if (!control_attend_count(NULL, CONTROL_CALLER))
        handler_await(SCHED_BREAKS_AT_ONCE, CONTROL_CALLER);
    control_mask_swap(self, before);
    control_attend(NULL);
    return failed(EINTR);
}

/* ---- waiting for a signal ---- */

/* 0, EAGAIN (time-out) or EINTR. Whoever takes it is not interrupted by it. */
static int signal_await(const sigset_t *set, siginfo_t *ret_info, uint64_t deadline, uintptr_t pc)
{
    struct control_thread *self = control_thread(control_self);
    struct sched_op op = {
        .kind = SCHED_SIGWAIT, .deadline = deadline, .breaks = SCHED_BREAKS_ALWAYS, .pc = pc};
    uint64_t mask;
    __builtin_memcpy(&mask, set, sizeof mask);
    for (;;) {
        self->signals.awaited = mask;
        if (control_signals_has(self, mask))
            sched_wake(control_sched, control_self);
        int result = control_step_once(&op);
        self->signals.awaited = 0;
        if (control_signal_take(self, mask, ret_info))
            return 0;
        if (result == ETIMEDOUT)
            return EAGAIN;
        if (result == SCHED_BROKEN)
            return EINTR;
    }
}

CONTROLLED(int, sigwait, (const sigset_t *set, int *ret_signal))
{
    siginfo_t info;
    if (!CONTROL_HERE)
        return LIBC(sigwait)(set, ret_signal);
    while (signal_await(set, &info, SCHED_NEVER, CONTROL_CALLER) != 0)
        ;
    *ret_signal = info.si_signo;
    return 0;
}

static int await_info(const sigset_t *set, siginfo_t *ret_info, uint64_t deadline, uintptr_t pc)
{
    siginfo_t info;
    int error = signal_await(set, &info, deadline, pc);
    if (error)
        return failed(error);
    if (ret_info)
        *ret_info = info;
    return info.si_signo;
}

CONTROLLED(int, sigwaitinfo, (const sigset_t *set, siginfo_t *ret_info))
{
    if (!CONTROL_HERE)
        return LIBC(sigwaitinfo)(set, ret_info);
    return await_info(set, ret_info, SCHED_NEVER, CONTROL_CALLER);
}

CONTROLLED(int, sigtimedwait,
           (const sigset_t *set, siginfo_t *ret_info, const struct timespec *timeout))
{
    if (!CONTROL_HERE)
        return LIBC(sigtimedwait)(set, ret_info, timeout);
    uint64_t deadline = timeout ? control_deadline_in(timeout) : SCHED_NEVER;
    return await_info(set, ret_info, deadline, CONTROL_CALLER);
}
