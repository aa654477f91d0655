/*
 * signal_deliver: running the program's handlers.
 *
 * A handler is user code: it may access memory, lock, call exit. It must not do so while its thread
 * is in the middle of an engine function. So a signal that arrives within the runtime is noted,
 * with all signals blocked on return from the kernel's frame, and its handler runs in rt_leave,
 * under the mask that the kernel would have used. A synchronous fault cannot wait: if it comes from
 * inside the runtime (which touches the program's memory in few places), the handler runs with the
 * runtime passing through, and leaving it by longjmp ends that state.
 *
 * The handler is part of its thread's program order. On the thread's own stack it appears in
 * reports as called from where it interrupted; on an alternate stack it gets a border in the
 * shadow call stack, because stack pointers do not compare across stacks. The border is taken away
 * on return, and by longjmp when it leaves the stack.
 *
 * Deferred signals nest: a handler that is being delivered may itself be interrupted within the
 * runtime. Each delivery works on the entries between `base` and `count`; deeper ones begin at
 * `count`. Entries that a longjmp out of a delivery leaves behind are dropped.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/signal_safety.h"
#include "interpose/signals.h"
#include "interpose/thread.h"
#include "interpose/tsan.h"

enum { DEFERRED_MAX = 256, CANCEL_SIGNAL = 32, SETXID_SIGNAL = 33 };

struct deferred {
    int signal;
    siginfo_t info;
    ucontext_t context;
};

/* One run of signals_deliver, on its stack. */
struct delivery {
    struct delivery *outer;
    uint32_t base;
};

struct signal_queue {
    struct delivery *innermost;
    uint32_t base, count;
    uint64_t mask; /* before the oldest undelivered signal arrived */
    struct deferred entries[DEFERRED_MAX];
};

/* A handler on an alternate stack. */
struct handler_frame {
    struct handler_frame *outer;
    size_t mark;
    uintptr_t stack_low, frame;
};

static uint64_t bit(int signal)
{
    return UINT64_C(1) << (signal - 1);
}

static bool is_synchronous(int signal, const siginfo_t *info)
{
    uint64_t faults =
        bit(SIGSEGV) | bit(SIGBUS) | bit(SIGFPE) | bit(SIGILL) | bit(SIGTRAP) | bit(SIGSYS);
    return (faults & bit(signal)) && info->si_code > 0;
}

/* All but libc's own two, without which cancellation and setuid would hang. */
static uint64_t mask_all(void)
{
    return ~(bit(CANCEL_SIGNAL) | bit(SETXID_SIGNAL));
}

static void mask_set(uint64_t mask)
{
    sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, sizeof mask, 0, 0);
}

/* ---- running one handler ---- */

static bool stack_enter(struct handler_frame *frame, const ucontext_t *context)
{
    uintptr_t low = (uintptr_t)context->uc_stack.ss_sp, here = (uintptr_t)frame;
    if ((context->uc_stack.ss_flags & SS_DISABLE) || here < low ||
        here >= low + context->uc_stack.ss_size || !rt_cursor.task)
        return false;
    *frame = (struct handler_frame){rt_self.handlers, hb_call_mark(&rt_cursor), low, here};
    rt_self.handlers = frame;
    return true;
}

static void stack_leave(const struct handler_frame *frame)
{
    rt_self.handlers = frame->outer;
    hb_call_restore(&rt_cursor, frame->mark);
}

/* The handler is called from where the signal interrupted: without this frame the interrupted
 * function's own place would be in no report. Reports take a call's pc - 1. */
static void interrupted_push(const ucontext_t *context, uintptr_t sp)
{
    hb_call_enter(&rt_cursor, (uintptr_t)context->uc_mcontext.gregs[REG_RIP] + 1, sp);
}

void signals_handle(int signal, siginfo_t *info, void *context)
{
    struct signal_action action = signals_action(signal);
    if (action.handler == (uintptr_t)SIG_DFL || action.handler == (uintptr_t)SIG_IGN)
        return; /* changed while the signal was on its way */
    if (action.flags & (int)SA_RESETHAND)
        signals_action_reset(signal);
    struct hb_task *task = rt_enter();
    struct handler_frame frame;
    struct handler_run run = {0};
    bool other_stack = false;
    if (task) {
        goroutine_handler_meets();
        signals_acquire(task, signal, info->si_code == SI_TIMER);
        other_stack = stack_enter(&frame, context);
        interrupted_push(context, (uintptr_t)__builtin_frame_address(0));
        if (!is_synchronous(signal, info))
            handler_begin(&run, task, signal, info, context);
        rt_leave();
    }
    if (action.flags & SA_SIGINFO)
        ((void (*)(int, siginfo_t *, void *))action.handler)(signal, info, context);
    else
        ((void (*)(int))action.handler)(signal);
    if (other_stack)
        stack_leave(&frame);
    else if (task && rt_cursor.task == task)
        hb_call_leave(&rt_cursor);
    if (task && rt_enter()) {
        handler_end(&run, task, action.handler);
        goroutine_handler_meets();
        rt_leave();
    }
}

/* ---- arrival ---- */

static void signal_defer(int signal, const siginfo_t *info, ucontext_t *context)
{
    struct signal_queue *queue = rt_self.signals;
    if (!queue) {
        queue = sys_reserve(sizeof *queue);
        CHECK_MSG(queue, "out of memory for deferred signals");
        rt_self.signals = queue;
    }
    if (queue->count == DEFERRED_MAX)
        return;
    struct deferred *entry = &queue->entries[queue->count++];
    entry->signal = signal;
    entry->info = *info;
    entry->context = *context;
    entry->context.uc_mcontext.fpregs = NULL; /* lives in the frame that is about to go */
    /* When several frames pile up, the one that returns last, and writes last, is the oldest. */
    __builtin_memcpy(&queue->mask, &context->uc_sigmask, sizeof queue->mask);
    uint64_t all = mask_all();
    __builtin_memcpy(&context->uc_sigmask, &all, sizeof all);
    rt_self.signals_pending = true;
}

void signals_entry(int signal, siginfo_t *info, void *context)
{
    if (rt_cursor.inside && !is_synchronous(signal, info))
        signal_defer(signal, info, context);
    else
        signals_handle(signal, info, context);
}

/* ---- delivery ---- */

static uint64_t handler_mask(int signal, uint64_t mask)
{
    struct signal_action action = signals_action(signal);
    mask |= action.mask;
    return action.flags & SA_NODEFER ? mask : mask | bit(signal);
}

static void delivery_end(struct signal_queue *queue, const struct delivery *delivery)
{
    queue->innermost = delivery->outer;
    queue->count = queue->base = delivery->base;
}

/* All signals are blocked. */
static void queue_deliver(void)
{
    struct signal_queue *queue = rt_self.signals;
    struct delivery delivery = {queue->innermost, queue->base};
    uint32_t end = queue->count;
    uint64_t mask = queue->mask;
    int saved_errno = errno;
    queue->innermost = &delivery;
    queue->base = end;
    for (uint32_t i = delivery.base; i < end; i++) {
        struct deferred *entry = &queue->entries[i];
        mask_set(handler_mask(entry->signal, mask));
        __builtin_memcpy(&entry->context.uc_sigmask, &mask, sizeof mask);
        signals_handle(entry->signal, &entry->info, &entry->context);
        mask_set(mask_all());
        __builtin_memcpy(&mask, &entry->context.uc_sigmask, sizeof mask);
    }
    delivery_end(queue, &delivery);
    errno = saved_errno;
    mask_set(mask);
}

void signals_deliver(void)
{
    const struct signal_queue *queue = rt_self.signals;
    rt_self.signals_pending = false;
    if (queue && queue->count > queue->base)
        queue_deliver();
    if (rt_self.report_count)
        tsan_reports_tell();
}

/* ---- leaving a handler by longjmp ---- */

/* The stack pointer in a jmp_buf, which glibc stores rotated and xored with a secret. */
static uintptr_t jump_target(const struct __jmp_buf_tag *env)
{
    enum { JMPBUF_RSP = 6 };
    uintptr_t sp = (uintptr_t)env->__jmpbuf[JMPBUF_RSP];
    __asm__("rorq $17, %0\n\txorq %%fs:0x30, %0" : "+r"(sp));
    return sp;
}

static void handlers_leave(const struct __jmp_buf_tag *env)
{
    uintptr_t target = jump_target(env);
    rt_cursor.inside = 0;
    handler_jump(target);
    for (struct handler_frame *frame = rt_self.handlers; frame; frame = rt_self.handlers) {
        if (frame->stack_low <= target && target < frame->frame)
            break;
        stack_leave(frame);
    }
    struct signal_queue *queue = rt_self.signals;
    while (queue && queue->innermost && (uintptr_t)queue->innermost < target)
        delivery_end(queue, queue->innermost);
}

#define LONGJMP(name, buffer)                                                                      \
    INTERCEPT(void, name, (buffer env, int value))                                                 \
    {                                                                                              \
        if (rt_self.handlers || rt_self.signals || rt_cursor.inside || rt_self.interrupted_by)     \
            handlers_leave(env);                                                                   \
        control_jump(env->__mask_was_saved ? &env->__saved_mask : NULL);                           \
        REAL(name)(env, value);                                                                    \
        __builtin_unreachable();                                                                   \
    }

LONGJMP(longjmp, jmp_buf)
LONGJMP(_longjmp, jmp_buf)
LONGJMP(siglongjmp, sigjmp_buf)
LONGJMP(__longjmp_chk, jmp_buf)
