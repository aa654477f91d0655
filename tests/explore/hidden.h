/*
 * A thread looks at a flag until it is set, or until it has had enough of that; another sets the
 * flag. How often it has looked is kept where instrumentation does not see it: what HIDDEN
 * functions write. So after `LOOKS` looks it has had enough, and each of them may be the first that
 * sees the flag, or none: LOOKS + 1 traces.
 */
#ifndef TESTS_EXPLORE_HIDDEN_H
#define TESTS_EXPLORE_HIDDEN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define HIDDEN __attribute__((noinline, no_sanitize("thread")))

static atomic_int flag;

/* Has it had enough? Asked after each look in vain. */
static bool had_enough(void);

static void *waiter(void *argument)
{
    while (!atomic_load(&flag) && !had_enough())
        ;
    return argument;
}

static inline void wait_and_set(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}

#endif
