/*
 * signal_safety: see signal_safety.h.
 *
 * A handler is *asynchronous* when its signal may have come between any two instructions of the
 * thread, the inside of malloc included. Others may do what they like (POSIX.1-2017, 2.4.3), and
 * are left alone:
 *   - of a fault, of SIGPIPE and of abort, which come from what the thread itself was doing;
 *   - of a signal that the thread is just sending to itself (raise, pthread_kill, kill, sigqueue);
 *   - of one that the thread blocks but for the time of a wait (sigsuspend, ppoll, pselect,
 *     epoll_pwait): the kernel then shows it as blocked in the mask that it is going to restore.
 * What an asynchronous handler calls is judged by where its interceptors say handler_calls, if the
 * caller is instrumented. Under `racerun explore` handlers come at scheduling points alone, so
 * there nothing is told.
 *
 * The report ends at the handler: what it interrupted is chance, and would make one finding many.
 */
#include "interpose/signal_safety.h"

#include <errno.h>
#include <unistd.h>

#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/finding_builder.h"
#include "interpose/finding_seen.h"
#include "interpose/goroutine.h"
#include "interpose/signals.h"

enum { PCS_MAX = 256 };

static bool is_blocked(const ucontext_t *context, int signal)
{
    uint64_t mask;
    __builtin_memcpy(&mask, &context->uc_sigmask, sizeof mask);
    return mask >> (signal - 1) & 1;
}

static bool is_asynchronous(int signal, const siginfo_t *info, const ucontext_t *context)
{
    bool own_abort = signal == SIGABRT && info->si_code == SI_TKILL && info->si_pid == getpid();
    return signal != SIGPIPE && !own_abort && signal != rt_self.sends &&
           !is_blocked(context, signal);
}

/* ---- reports ---- */

/* Runtime entered. */
static void handler_report(struct hb_task *task, int signal, enum proto_misuse misuse,
                           const char *what, const uintptr_t *pcs, size_t count)
{
    uint64_t place = (uint64_t)pcs[0] << 16 ^ (uint64_t)signal << 8 ^ misuse;
    if (!finding_seen_pair(place, (struct hb_ctx){0}, (struct hb_ctx){0}))
        return;
    struct builder *b = builder_begin(FINDING_MISUSE);
    struct proto_wait *wait = &b->waits[b->finding.wait_count++];
    *wait = (struct proto_wait){.task = builder_task(b, hb_task_number(task)),
                                .stack = builder_stack_pcs(b, (const void *const *)pcs, count),
                                .object = PROTO_NONE};
    for (size_t i = 0; what[i] && i + 1 < sizeof wait->state; i++)
        wait->state[i] = what[i];
    b->finding.misuse = misuse;
    b->finding.about = 1 + builder_object(b, OBJECT_HANDLER, (uintptr_t)signal, 1);
    finding_commit(b);
    builder_end(b);
}

/* How many calls a place has been reached by, itself included. */
static size_t depth_of(struct hb_task *task, uintptr_t pc)
{
    return hb_query_stack(rt_hb, hb_ctx_here(task, pc), NULL, 0);
}

void handler_report_call(const char *what, uintptr_t pc)
{
    uintptr_t pcs[PCS_MAX];
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (rt_instrumented(pc)) {
        size_t count = hb_query_stack(rt_hb, hb_ctx_here(task, pc), pcs, PCS_MAX);
        size_t below = rt_self.interrupted_depth < count ? rt_self.interrupted_depth : 0;
        count = count - below < PCS_MAX ? count - below : PCS_MAX;
        handler_report(task, rt_self.interrupted_by, MISUSE_HANDLER_CALLS, what, pcs, count);
    }
    rt_leave();
}

void handler_begin(struct handler_run *run, struct hb_task *task, int signal, const siginfo_t *info,
                   const ucontext_t *context)
{
    *run = (struct handler_run){0};
    if (!rt_control->options.report_signal_handlers || control_active() ||
        !is_asynchronous(signal, info, context))
        return;
    *run = (struct handler_run){signal, errno, !rt_self.interrupted_by};
    if (!run->outermost)
        return;
    rt_self.interrupted_frame = (uintptr_t)run;
    rt_self.interrupted_depth = (uint32_t)depth_of(task, 1) - 1;
    rt_self.interrupted_by = (uint8_t)signal;
}

void handler_end(const struct handler_run *run, struct hb_task *task, uintptr_t handler)
{
    if (!run->signal)
        return;
    uintptr_t place = handler + 1;
    if (errno != run->saved_errno)
        handler_report(task, run->signal, MISUSE_HANDLER_ERRNO, "", &place, 1);
    if (run->outermost)
        rt_self.interrupted_by = 0;
}

void handler_jump(uintptr_t target)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (target < here || target >= rt_self.interrupted_frame)
        rt_self.interrupted_by = 0;
}
