/*
 * signals: handlers that run at safe moments, and what signals order (P10).
 */
#ifndef RACERUN_INTERPOSE_SIGNALS_H
#define RACERUN_INTERPOSE_SIGNALS_H

#include "interpose/runtime.h"

/* Runs the handlers of signals that arrived within the runtime, and then what the program wants to
 * run of reports. From rt_leave. */
RT_HIDDEN void signals_deliver(void);
/* The calling thread takes a signal (sigwait, signalfd, a handler): all its senders come before,
 * and if it may be a POSIX timer's, whoever armed one. Runtime entered. */
RT_HIDDEN void signals_acquire(struct hb_task *task, int signal, bool timers);
/* The kernel's entry for every handler of the program. */
RT_HIDDEN void signals_entry(int signal, siginfo_t *info, void *context);
/* The process is sent the signal, now or by a timer that is about to be armed. */
RT_HIDDEN void signals_sent(int signal);
RT_HIDDEN void signals_fork_child(void);
/* Runs the program's handler, as the kernel would by signals_entry. Under the mask that it is to
 * have. */
RT_HIDDEN void signals_handle(int signal, siginfo_t *info, void *context);

/* What the program asked for with sigaction. */
struct signal_action {
    uintptr_t handler;
    int flags;
    uint64_t mask;
};
RT_HIDDEN struct signal_action signals_action(int signal);
/* The handler is used up (SA_RESETHAND). */
RT_HIDDEN void signals_action_reset(int signal);

/* A handler of the program may run at any time, unless it is for faults only. */
RT_HIDDEN bool signals_may_come(void);

#endif
