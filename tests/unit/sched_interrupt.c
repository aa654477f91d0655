/*
 * sched_interrupt: tasks that a signal or a cancellation keeps from their operation.
 */
#include <errno.h>

#include "sched_fixture.h"

static uint32_t outcomes_of(uint32_t task, uint32_t *ret_outcomes)
{
    struct sched_option options[64];
    uint32_t all = sched_options(sched, options, 64), count = 0;
    for (uint32_t i = 0; i < all; i++)
        if (options[i].task == task)
            ret_outcomes[count++] = options[i].outcome;
    return count;
}

START_TEST(who_is_interrupted_has_done_nothing)
{
    begin(2);
    DO(0, 0, LOCK, .address = M);
    PEND(1, LOCK, .address = M);
    stuck();
    sched_interrupt(sched, 0, 1, SCHED_ENDS);
    step_as(1, SCHED_INTERRUPTED);
    ck_assert_uint_eq(sched_owner(sched, M), 0);
    PEND(1, LOCK, .address = M);
    stuck();
    DO(0, 0, UNLOCK, .address = M);
    step_as(1, 0);
}
END_TEST

START_TEST(an_interruption_may_be_taken_back)
{
    begin(2);
    PEND(1, SEM_WAIT, .address = S);
    sched_interrupt(sched, 0, 1, SCHED_ENDS);
    ck_assert(can_go(1));
    sched_interrupt(sched, 0, 1, SCHED_UNDISTURBED);
    ck_assert_ptr_null(sched_selfcheck(sched));
    stuck();
}
END_TEST

START_TEST(a_wait_that_handlers_end_is_interrupted_before_or_within)
{
    uint32_t outcomes[8];
    begin(2);
    PEND(1, SEM_WAIT, .address = S, .breaks = SCHED_BREAKS_MAYBE);
    sched_interrupt(sched, 0, 1, SCHED_ENDS);
    ck_assert_uint_eq(outcomes_of(1, outcomes), 2);
    ck_assert_uint_eq(outcomes[0], TRACE_INTERRUPTED);
    ck_assert_uint_eq(outcomes[1], TRACE_BROKEN);
    sched_interrupt(sched, 0, 1, SCHED_RESTARTS);
    ck_assert_uint_eq(outcomes_of(1, outcomes), 1);
    ck_assert_uint_eq(outcomes[0], TRACE_INTERRUPTED);
    DO(0, 0, SEM_POST, .address = S); /* it does not wait: there is nothing to end */
    sched_interrupt(sched, 0, 1, SCHED_ENDS);
    ck_assert_uint_eq(outcomes_of(1, outcomes), 1);
    ck_assert_uint_eq(outcomes[0], TRACE_INTERRUPTED);
}
END_TEST

START_TEST(a_sleeper_is_interrupted_before_its_time)
{
    uint32_t outcomes[8];
    begin(2);
    PEND(1, SLEEP, .deadline = 100, .breaks = SCHED_BREAKS_ALWAYS);
    sched_interrupt(sched, 0, 1, SCHED_RESTARTS);
    ck_assert_uint_eq(outcomes_of(1, outcomes), 2);
    ck_assert_uint_eq(outcomes[1], TRACE_BROKEN);
    struct trace_event plan[] = {{.task = 1, .kind = SCHED_SLEEP, .outcome = TRACE_BROKEN}};
    sched_begin(sched, &(struct sched_plan){
                           .strategy = strategy_find("steady"), .events = plan, .events_count = 1});
    for (uint32_t i = 0; i < 2; i++)
        sched_task_new(sched, i ? 0 : SCHED_NONE);
    PEND(1, SLEEP, .deadline = 100, .breaks = SCHED_BREAKS_ALWAYS);
    sched_interrupt(sched, 0, 1, SCHED_RESTARTS);
    step_as(1, SCHED_BROKEN);
    ck_assert_uint_eq(sched_clock(sched), 0);
}
END_TEST

START_TEST(a_waiter_that_was_signalled_is_not_interrupted)
{
    begin(2);
    DO(1, 0, LOCK, .address = M);
    DO(1, 0, WAIT, .address = C, .mutex = M);
    PEND(1, WAKE, .address = C, .mutex = M);
    DO(0, 0, SIGNAL, .address = C);
    sched_interrupt(sched, 0, 1, SCHED_ENDS);
    step_as(1, 0);
    ck_assert_uint_eq(sched_owner(sched, M), 1);
}
END_TEST

START_TEST(a_waiter_that_is_interrupted_stays_in_the_queue)
{
    begin(2);
    DO(1, 0, LOCK, .address = M);
    DO(1, 0, WAIT, .address = C, .mutex = M);
    PEND(1, WAKE, .address = C, .mutex = M);
    sched_interrupt(sched, 0, 1, SCHED_ENDS);
    step_as(1, SCHED_INTERRUPTED);
    PEND(1, WAKE, .address = C, .mutex = M);
    stuck();
    DO(0, 0, SIGNAL, .address = C);
    step_as(1, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        who_is_interrupted_has_done_nothing,
        an_interruption_may_be_taken_back,
        a_wait_that_handlers_end_is_interrupted_before_or_within,
        a_sleeper_is_interrupted_before_its_time,
        a_waiter_that_was_signalled_is_not_interrupted,
        a_waiter_that_is_interrupted_stays_in_the_queue,
    };
    return run_all("sched_interrupt", tests, sizeof tests / sizeof tests[0]);
}
