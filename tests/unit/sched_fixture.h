/*
 * sched_fixture: one scheduler, and tasks that are numbers and do nothing between their operations.
 */
#ifndef RACERUN_TESTS_UNIT_SCHED_FIXTURE_H
#define RACERUN_TESTS_UNIT_SCHED_FIXTURE_H

#include <check.h>

#include "sched/profile.h"
#include "sched/sched.h"

enum { M = 0x1000, C = 0x2000, R = 0x3000, S = 0x4000, B = 0x5000, O = 0x6000, X = 0x8000 };
enum { STEPS = 30000, TASKS = 40 };

static struct trace_event events[STEPS];
static struct sched *sched;
static bool outside_ready, outside_in_time; /* the latter: before the clock would jump */

static bool ready(void *context, uint32_t task, const struct sched_op *op)
{
    (void)context, (void)task, (void)op;
    return outside_ready;
}

static bool pass(void *context, uint64_t nanoseconds)
{
    (void)context, (void)nanoseconds;
    outside_ready = outside_ready || outside_in_time;
    return !outside_ready;
}

static void begin_with(struct sched_config config, const char *strategy, uint32_t tasks)
{
    if (sched)
        sched_destroy(sched);
    config.tasks_max = TASKS;
    config.steps_max = STEPS;
    config.events = events;
    config.ready = ready;
    config.pass = pass;
    sched = sched_create(&config);
    sched_begin(sched, &(struct sched_plan){.strategy = strategy_find(strategy), .seed = 7});
    for (uint32_t i = 0; i < tasks; i++)
        ck_assert_uint_eq(sched_task_new(sched, i ? 0 : SCHED_NONE), i);
}

static inline void begin(uint32_t tasks)
{
    begin_with((struct sched_config){0}, "steady", tasks);
}

static void end(void)
{
    sched_destroy(sched);
    sched = NULL;
}

#define PEND(task, k, ...)                                                                         \
    do {                                                                                           \
        struct sched_op op_ = {.kind = SCHED_##k, __VA_ARGS__};                                    \
        op_.deadline = op_.deadline ? op_.deadline : SCHED_NEVER;                                  \
        sched_pend(sched, task, &op_);                                                             \
        ck_assert_ptr_null(sched_selfcheck(sched));                                                \
    } while (0)

/* The next step is this task's, with this result. */
static inline void step_as(uint32_t task, int result)
{
    uint32_t went;
    ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
    ck_assert_uint_eq(went, task);
    ck_assert_int_eq(sched_result(sched, task), result);
    ck_assert_ptr_null(sched_selfcheck(sched));
}

#define DO(task, result, k, ...)                                                                   \
    do {                                                                                           \
        PEND(task, k, __VA_ARGS__);                                                                \
        step_as(task, result);                                                                     \
    } while (0)

static inline void stuck(void)
{
    uint32_t went;
    ck_assert_int_eq(sched_step(sched, &went), SCHED_DEADLOCK);
}

static inline bool can_go(uint32_t task)
{
    struct sched_option options[64];
    uint32_t count = sched_options(sched, options, 64);
    for (uint32_t i = 0; i < count; i++)
        if (options[i].task == task)
            return true;
    return false;
}

static int run_all(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create(name);
    tcase_add_checked_fixture(all, NULL, end);
    tcase_set_timeout(all, 0);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
