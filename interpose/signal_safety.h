/*
 * signal_safety: signal handlers that do what they must not (--signal-handlers): call what is not
 * async-signal-safe, or come back with another errno.
 */
#ifndef RACERUN_INTERPOSE_SIGNAL_SAFETY_H
#define RACERUN_INTERPOSE_SIGNAL_SAFETY_H

#include <signal.h>
#include <ucontext.h>

#include "interpose/runtime.h"
#include "interpose/thread.h"

/* One run of a handler, on its stack. */
struct handler_run {
    int signal; /* 0: it is not looked at */
    int saved_errno;
    bool outermost;
};

/* Around a handler of the program that does not come from an instruction of the thread's. Runtime
 * entered. */
RT_HIDDEN void handler_begin(struct handler_run *run, struct hb_task *task, int signal,
                             const siginfo_t *info, const ucontext_t *context);
RT_HIDDEN void handler_end(const struct handler_run *run, struct hb_task *task, uintptr_t handler);
/* A longjmp to this stack pointer: it may leave the handler. */
RT_HIDDEN void handler_jump(uintptr_t target);

RT_HIDDEN void handler_report_call(const char *what, uintptr_t pc);

/* The caller at `pc` is about to do what handlers must not: "memory allocated". */
static inline void handler_calls(const char *what, uintptr_t pc)
{
    if (__builtin_expect(rt_self.interrupted_by, 0))
        handler_report_call(what, pc);
}

#endif
