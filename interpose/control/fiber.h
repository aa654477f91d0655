/*
 * fiber: tasks as fibers of one kernel thread.
 *
 * The zygote starts real threads that do nothing but stand still, the *lenders*. In a process that
 * is forked from it only their memory is left: a stack with libc's own first frames on it, and a
 * control block with TLS that libc has prepared. A task borrows one, and goes on where the lender
 * stood. So errno, __thread, pthread_self, destructors and pthread_exit are libc's own, and a
 * switch is a dozen instructions: callee-saved registers, the stack pointer, and FS by wrfsbase.
 *
 * A lender is borrowed once in a schedule and never given back, so its memory is always as new.
 * What libc does after a thread's last destructor (it gives back stack and caches) is left out.
 */
#ifndef RACERUN_INTERPOSE_CONTROL_FIBER_H
#define RACERUN_INTERPOSE_CONTROL_FIBER_H

#include <pthread.h>
#include <stdint.h>

#include "interpose/runtime.h"

struct fiber {
    void *sp;     /* while it does not run */
    uintptr_t fs; /* pthread_self, too */
};

/* The calling fiber is `from`; returns when somebody switches back to it. */
RT_HIDDEN void fiber_switch(struct fiber *from, const struct fiber *to);
/* Of one that does not run, where it has called that: those that calls preserve, by their numbers
 * in unwind tables; the last is the program counter. */
RT_HIDDEN void fiber_registers(const struct fiber *fiber, uint64_t ret_registers[17]);

/* NULL, or why there can be no fibers here. In the zygote: makes `count` lenders in all. */
RT_HIDDEN const char *lenders_make(uint32_t count);
RT_HIDDEN uint32_t lenders_count(void);

/* In a process that is one schedule's: a lender that calls `routine(argument)` when it is switched
 * to. False: there is none left. */
RT_HIDDEN bool lender_borrow(void *(*routine)(void *), void *argument, struct fiber *ret_fiber);
/* What the thread that `fs` belongs to has returned. */
RT_HIDDEN void *lender_result(uintptr_t fs);
/* The id that libc knows it by; no thread of this process has it, but for main's. */
RT_HIDDEN uint32_t lender_tid(uintptr_t fs);
/* Stacks of at most so many bytes are lent. */
RT_HIDDEN size_t lender_stack_size(void);

/* A child process like fork's, with the calling thread alone, in which lenders are memory that libc
 * takes for threads: it must not hand out their stacks. 0 in the child. */
RT_HIDDEN long fiber_fork(void);

#endif
