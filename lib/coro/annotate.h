/*
 * annotate: tells AddressSanitizer, ThreadSanitizer and Valgrind of stacks and switches, so that
 * they work on programs that use the runtime. Absent, one predicted branch a switch.
 */
#ifndef RACERUN_CORO_ANNOTATE_H
#define RACERUN_CORO_ANNOTATE_H

#include "runtime.h"

extern bool annotate_active __attribute__((visibility("hidden")));

/* On main's thread; the scheduler's context there has a stack of its own. */
void annotate_start(struct goroutine *main, struct goroutine *idle);
/* On a worker's own thread: the scheduler's context there uses its stack. */
void annotate_thread(struct goroutine *idle);
void annotate_stack(struct stack *stack); /* made, and about to be unmapped: */
void annotate_stack_gone(const struct stack *stack);
void annotate_made(struct goroutine *g);  /* by go() */
void annotate_ended(struct goroutine *g); /* it runs no more */
void annotate_release(struct goroutine *g);
void annotate_acquire(struct goroutine *g);
void annotate_before(void **ret_fake, struct goroutine *to, bool for_good);
void annotate_after(void *fake, struct goroutine *self);

/* Of functions that are still under way when AddressSanitizer has taken a goroutine's stack of
 * locals that outlive their functions (detect_stack_use_after_return): at the switch for good. */
#define NO_FAKE_STACK __attribute__((no_sanitize("address")))

/* Around a switch; `fake` is a local variable of the one that is switched away. */
static inline void annotate_switch(void **ret_fake, struct goroutine *to, bool for_good)
{
    if (UNLIKELY(annotate_active))
        annotate_before(ret_fake, to, for_good);
}
static inline void annotate_switched(void *fake, struct goroutine *self)
{
    if (UNLIKELY(annotate_active))
        annotate_after(fake, self);
}
static inline void annotate_new(struct goroutine *g)
{
    if (UNLIKELY(annotate_active))
        annotate_made(g);
}
static inline void annotate_gone(struct goroutine *g)
{
    if (UNLIKELY(annotate_active))
        annotate_ended(g);
}
/* What comes before annotate_ready(g) is ordered before what comes after annotate_woken(g). */
static inline void annotate_ready(struct goroutine *g)
{
    if (UNLIKELY(annotate_active))
        annotate_release(g);
}
static inline void annotate_woken(struct goroutine *g)
{
    if (UNLIKELY(annotate_active))
        annotate_acquire(g);
}

#endif
