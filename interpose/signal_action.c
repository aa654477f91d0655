/*
 * signal_action: sigaction and its older kin. The kernel gets our entry in place of every handler
 * of the program; the program is shown its own.
 *
 * The table is written under a lock, within the runtime, and read by handlers without: a handler
 * that runs while its action changes sees the old or the new one, as with the kernel. All handlers
 * are installed with SA_SIGINFO, since a deferred signal needs its siginfo.
 */
#include <errno.h>

#include "interpose/lock.h"
#include "interpose/signals.h"
#include "interpose/thread.h"

struct entry {
    _Atomic uintptr_t handler;
    _Atomic int flags;
    _Atomic uint64_t mask; /* signal n is bit n - 1 */
};

static struct rt_lock lock;
static struct entry entries[SIGNALS];

struct signal_action signals_action(int signal)
{
    struct entry *entry = &entries[signal];
    return (struct signal_action){atomic_load(&entry->handler), atomic_load(&entry->flags),
                                  atomic_load(&entry->mask)};
}

void signals_action_reset(int signal)
{
    atomic_store(&entries[signal].handler, (uintptr_t)SIG_DFL);
}

void signals_fork_child(void)
{
    rt_lock_give(&lock);
}

static void entry_set(int signal, struct signal_action action)
{
    atomic_store(&entries[signal].mask, action.mask);
    atomic_store(&entries[signal].flags, action.flags);
    atomic_store(&entries[signal].handler, action.handler);
}

static bool is_function(uintptr_t handler)
{
    return handler != (uintptr_t)SIG_DFL && handler != (uintptr_t)SIG_IGN &&
           handler != (uintptr_t)SIG_ERR && handler != (uintptr_t)SIG_HOLD;
}

bool signals_may_come(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    for (int signal = 1; signal < SIGNALS; signal++) {
        bool fault = false;
        for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
            fault = fault || faults[i] == signal;
        if (!fault && is_function(atomic_load(&entries[signal].handler)))
            return true;
    }
    return false;
}

static struct signal_action action_of(const struct sigaction *user)
{
    struct signal_action action = {(uintptr_t)user->sa_sigaction, user->sa_flags, 0};
    __builtin_memcpy(&action.mask, &user->sa_mask, sizeof action.mask);
    return action;
}

/* The kernel's old action as the program knows it. */
static void action_translate(struct sigaction *old, const struct signal_action *known)
{
    if (old->sa_sigaction != signals_entry)
        return;
    old->sa_sigaction = (void (*)(int, siginfo_t *, void *))known->handler;
    if (!(known->flags & SA_SIGINFO))
        old->sa_flags &= ~SA_SIGINFO;
}

static int action_change(int signal, const struct sigaction *user, struct sigaction *ret_old)
{
    struct sigaction mine, old;
    struct signal_action before = signals_action(signal);
    if (user) {
        mine = *user;
        entry_set(signal, action_of(user));
        if (is_function((uintptr_t)user->sa_sigaction)) {
            mine.sa_sigaction = signals_entry;
            mine.sa_flags |= SA_SIGINFO;
        }
    }
    int result = REAL(sigaction)(signal, user ? &mine : NULL, &old);
    if (result) {
        entry_set(signal, before);
        return result;
    }
    action_translate(&old, &before);
    *ret_old = old;
    return 0;
}

/* The one way in. `user` or `ret_old` may be NULL. */
static int action_set(int signal, const struct sigaction *user, struct sigaction *ret_old)
{
    struct hb_task *task = signal > 0 && signal < SIGNALS ? rt_enter() : NULL;
    if (!task)
        return REAL(sigaction)(signal, user, ret_old);
    struct sigaction copy, old;
    if (user)
        copy = *user;
    rt_lock_take(&lock);
    int result = action_change(signal, user ? &copy : NULL, &old);
    rt_lock_give(&lock);
    rt_leave();
    if (!result && ret_old)
        *ret_old = old;
    return result;
}

INTERCEPT(int, sigaction, (int signal, const struct sigaction *action, struct sigaction *ret_old))
{
    return action_set(signal, action, ret_old);
}

/* ---- the older calls ---- */

static sighandler_t handler_set(int signal, sighandler_t handler, int flags, bool masked)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;
    if (handler == SIG_ERR || signal < 1 || signal >= SIGNALS) {
        errno = EINVAL;
        return SIG_ERR;
    }
    if (masked)
        sigaddset(&action.sa_mask, signal);
    return action_set(signal, &action, &old) ? SIG_ERR : old.sa_handler;
}

INTERCEPT(sighandler_t, signal, (int signal, sighandler_t handler))
{
    return handler_set(signal, handler, SA_RESTART, true);
}

INTERCEPT(sighandler_t, bsd_signal, (int signal, sighandler_t handler))
{
    return handler_set(signal, handler, SA_RESTART, true);
}

INTERCEPT(sighandler_t, ssignal, (int signal, sighandler_t handler))
{
    return handler_set(signal, handler, SA_RESTART, true);
}

INTERCEPT(sighandler_t, sysv_signal, (int signal, sighandler_t handler))
{
    return handler_set(signal, handler, (int)SA_RESETHAND | SA_NODEFER, false);
}

INTERCEPT(sighandler_t, __sysv_signal, (int signal, sighandler_t handler))
{
    return handler_set(signal, handler, (int)SA_RESETHAND | SA_NODEFER, false);
}

/* Besides setting the action, unblocks the signal; tells SIG_HOLD when it was blocked. */
INTERCEPT(sighandler_t, sigset, (int signal, sighandler_t handler))
{
    if (handler == SIG_HOLD)
        return REAL(sigset)(signal, handler);
    sigset_t one, before;
    sigemptyset(&one);
    if (sigaddset(&one, signal))
        return SIG_ERR;
    sighandler_t old = handler_set(signal, handler, 0, false);
    if (old == SIG_ERR || sigprocmask(SIG_UNBLOCK, &one, &before))
        return SIG_ERR;
    return sigismember(&before, signal) == 1 ? SIG_HOLD : old;
}
