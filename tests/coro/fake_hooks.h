/*
 * fake_hooks: what the stand-ins for a detector in these tests have in common: a table begins with
 * FAKE_HOOKS, which does not listen to how goroutines are run, named and given stacks.
 */
#ifndef TESTS_CORO_FAKE_HOOKS_H
#define TESTS_CORO_FAKE_HOOKS_H

#include "racerun/hooks.h"

static inline void fake_run(void *task)
{
    (void)task;
}
static inline void fake_name(void *task, const char *name)
{
    (void)task, (void)name;
}
static inline void fake_stack(void *task, const void *low, size_t size)
{
    (void)task, (void)low, (void)size;
}

#define FAKE_HOOKS                                                                                 \
    .version = RGO_HOOKS_VERSION, .size = sizeof(struct rgo_hooks), .task_run = fake_run,          \
    .task_name = fake_name, .task_stack = fake_stack

#endif
