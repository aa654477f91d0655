/*
 * signal: signals between the program's threads, under control: queues, and who runs which handler
 * when. The kernel is never asked: it would choose thread and instant by itself.
 *
 * A signal that is sent to a thread is put into its queue; one that is sent to the process is given
 * to a thread that does not block it (a choice), or stays in the process's queue until one takes
 * it. A thread runs the handlers of what is in its queue and not blocked before its next operation
 * (disturb.c); so they come at all the points that the scheduler knows, and at no other.
 *
 * The thread's mask is the kernel's as well: who changes it asks libc, then comes here.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/signals.h"

enum { SIGNALS_MAX = 64, QUEUED_MAX = 4096, LIBC_FIRST = 32, LIBC_LAST = 33 };

static struct control_signal pool[QUEUED_MAX];
static struct control_signal *spare;
static uint32_t pool_used;
struct control_signal *control_signals_process;

static uint64_t bit(int signal)
{
    return UINT64_C(1) << (signal - 1);
}

/* ---- queues ---- */

static struct control_signal *signal_new(void)
{
    struct control_signal *signal = spare;
    if (signal)
        spare = signal->next;
    else if (pool_used < QUEUED_MAX)
        signal = &pool[pool_used++];
    return signal;
}

/* Where the queue's lowest signal of `set` hangs; NULL: there is none. Equals go by their age. */
static struct control_signal **queue_find(struct control_signal **queue, uint64_t set)
{
    struct control_signal **found = NULL;
    for (; *queue; queue = &(*queue)->next)
        if (bit((*queue)->info.si_signo) & set &&
            (!found || (*queue)->info.si_signo < (*found)->info.si_signo))
            found = queue;
    return found;
}

/* Of a thread: its own signals go before the process's. */
static struct control_signal **pending_find(struct control_thread *thread, uint64_t set)
{
    struct control_signal **own = queue_find(&thread->signals.queue, set);
    struct control_signal **common =
        control_signals_process ? queue_find(&control_signals_process, set) : NULL;
    if (!own || !common)
        return own ? own : common;
    return (*common)->info.si_signo < (*own)->info.si_signo ? common : own;
}

static void signal_take(struct control_signal **place, siginfo_t *ret_info)
{
    struct control_signal *taken = *place;
    *ret_info = taken->info;
    *place = taken->next;
    taken->next = spare;
    spare = taken;
}

/* Those that have no queue are there once. EAGAIN: there are too many. */
static int signal_put(struct control_signal **queue, const siginfo_t *info)
{
    if (info->si_signo < LIBC_FIRST && queue_find(queue, bit(info->si_signo)))
        return 0;
    struct control_signal *signal = signal_new();
    if (!signal)
        return EAGAIN;
    while (*queue)
        queue = &(*queue)->next;
    *signal = (struct control_signal){.info = *info};
    *queue = signal;
    return 0;
}

/* ---- what a signal does ---- */

enum fate { FATE_NONE, FATE_HANDLER, FATE_STOP, FATE_DEATH };

static enum fate fate_by_default(int signal)
{
    struct sigaction real;
    switch (signal) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
        return FATE_NONE;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return FATE_STOP;
    default: /* it may have been ignored before the program began */
        return LIBC(sigaction)(signal, NULL, &real) == 0 && real.sa_handler == SIG_IGN ? FATE_NONE
                                                                                       : FATE_DEATH;
    }
}

static enum fate fate_of(int signal)
{
    uintptr_t handler = signals_action(signal).handler;
    return handler == (uintptr_t)SIG_IGN   ? FATE_NONE
           : handler == (uintptr_t)SIG_DFL ? fate_by_default(signal)
                                           : FATE_HANDLER;
}

/* But for the tick's signal (tick.c). */
static void kernel_mask_set(uint64_t mask)
{
    mask &= ~bit(SIGSTKFLT);
    sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, sizeof mask, 0, 0);
}

static void mask_set(struct control_thread *thread, uint64_t mask)
{
    thread->signals.mask = mask;
    kernel_mask_set(mask);
}

/* The kernel does it, so that whoever waits for the process sees of what it died. */
static void die(int signal)
{
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    LIBC(sigaction)(signal, &by_default, NULL);
    kernel_mask_set(0);
    sys_call3(SYS_tgkill, sys_getpid(), sys_gettid(), signal);
}

static void handler_run(struct control_thread *self, siginfo_t *info, uintptr_t pc)
{
    struct signal_action action = signals_action(info->si_signo);
    ucontext_t context = {.uc_stack.ss_flags = SS_DISABLE};
    context.uc_mcontext.gregs[REG_RIP] = (greg_t)pc - 1;
    __builtin_memcpy(&context.uc_sigmask, &self->signals.mask, sizeof self->signals.mask);
    uint64_t mask = self->signals.mask | action.mask;
    mask_set(self, action.flags & SA_NODEFER ? mask : mask | bit(info->si_signo));
    signals_handle(info->si_signo, info, &context);
    __builtin_memcpy(&mask, &context.uc_sigmask, sizeof mask);
    mask_set(self, mask);
}

bool control_signal_due(struct control_thread *thread, enum sched_interrupt *ret_how)
{
    uint64_t set = ~thread->signals.mask;
    for (struct control_signal **place; (place = pending_find(thread, set));) {
        int signal = (*place)->info.si_signo;
        if (fate_of(signal) == FATE_NONE) {
            set &= ~bit(signal);
            continue;
        }
        *ret_how = signals_action(signal).flags & SA_RESTART ? SCHED_RESTARTS : SCHED_ENDS;
        return true;
    }
    return false;
}

uint32_t control_signals_attend(struct control_thread *self, uintptr_t pc)
{
    uint32_t handled = 0;
    siginfo_t info;
    for (struct control_signal **place; (place = pending_find(self, ~self->signals.mask));) {
        signal_take(place, &info);
        switch (fate_of(info.si_signo)) {
        case FATE_NONE:
            break;
        case FATE_HANDLER:
            handler_run(self, &info, pc);
            handled++;
            break;
        case FATE_STOP:
            control_refuse("it stops itself by a signal");
        case FATE_DEATH:
            die(info.si_signo);
        }
    }
    return handled;
}

uint64_t control_signals_blocked(struct control_thread *self)
{
    uint64_t set = 0;
    for (const struct control_signal *s = self->signals.queue; s; s = s->next)
        set |= bit(s->info.si_signo);
    for (const struct control_signal *s = control_signals_process; s; s = s->next)
        set |= bit(s->info.si_signo);
    return set & self->signals.mask;
}

bool control_signals_has(struct control_thread *self, uint64_t set)
{
    return pending_find(self, set) != NULL;
}

bool control_signal_take(struct control_thread *self, uint64_t set, siginfo_t *ret_info)
{
    struct control_signal **place = pending_find(self, set);
    if (place)
        signal_take(place, ret_info);
    return place != NULL;
}

/* ---- masks ---- */

void control_mask_follow(const struct control_thread *self)
{
    kernel_mask_set(self->signals.mask);
}

void control_signals_begin(struct control_thread *self)
{
    uint64_t mask = 0;
    sys_call6(SYS_rt_sigprocmask, SIG_BLOCK, 0, (long)&mask, sizeof mask, 0, 0);
    self->signals.mask = mask;
    if (mask & bit(SIGSTKFLT))
        kernel_mask_set(mask);
}

uint64_t control_mask_swap(struct control_thread *self, uint64_t mask)
{
    uint64_t before = self->signals.mask;
    mask_set(self, mask & ~(bit(SIGKILL) | bit(SIGSTOP) | bit(LIBC_FIRST) | bit(LIBC_LAST)));
    return before;
}

void control_jump(const sigset_t *mask)
{
    if (control_active() && mask)
        __builtin_memcpy(&control_thread(control_self)->signals.mask, mask, sizeof(uint64_t));
}

/* ---- sending ---- */

static bool takes(const struct control_thread *thread, int signal)
{
    return !(thread->signals.mask & bit(signal)) || thread->signals.awaited & bit(signal);
}

static bool is_lost(const struct control_thread *thread, int signal)
{
    return !((thread->signals.mask | thread->signals.awaited) & bit(signal)) &&
           fate_of(signal) == FATE_NONE;
}

int control_signal_send(uint32_t task, const siginfo_t *info)
{
    struct control_thread *thread = control_thread(task);
    if (is_lost(thread, info->si_signo))
        return 0;
    int error = signal_put(&thread->signals.queue, info);
    if (error)
        return error;
    const struct sched_op *op = sched_pending(control_sched, task);
    if (op && op->kind == SCHED_SIGWAIT && thread->signals.awaited & bit(info->si_signo))
        sched_wake(control_sched, task);
    else
        control_disturb(task);
    return 0;
}

/* One that is on its way out runs no handler any more. */
static bool is_alive(uint32_t task)
{
    const struct sched_op *op = sched_pending(control_sched, task);
    return !sched_ended(control_sched, task) && !(op && op->kind == SCHED_END);
}

/* Those that may take a signal of the process. */
static uint32_t takers(int signal, uint32_t *ret_tasks, uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < sched_tasks(control_sched) && count < max; i++) {
        const struct control_thread *thread = control_thread(i);
        if (thread->id && !thread->is_goroutine && is_alive(i) && takes(thread, signal))
            ret_tasks[count++] = i;
    }
    return count;
}

uint32_t control_signal_taker(uint32_t by, int signal, uintptr_t pc)
{
    static uint32_t tasks[EXPLORE_TASKS_MAX]; /* too much for a small stack */
    uint32_t count = takers(signal, tasks, EXPLORE_TASKS_MAX);
    if (!count)
        return CONTROL_THREAD_NONE;
    return tasks[count == 1 ? 0 : sched_choose(control_sched, by, count, pc)];
}

/* Others may have gone on since the taker was chosen. */
int control_signal_send_process(uint32_t by, uint32_t taker, const siginfo_t *info, uintptr_t pc)
{
    if (taker == CONTROL_THREAD_NONE || !is_alive(taker) ||
        !takes(control_thread(taker), info->si_signo))
        taker = control_signal_taker(by, info->si_signo, pc);
    return taker == CONTROL_THREAD_NONE ? signal_put(&control_signals_process, info)
                                        : control_signal_send(taker, info);
}
