/*
 * sched_core: each rule of lib/sched by itself: primitives, clock, plans, memory, forgetting.
 */
#include <errno.h>
#include <string.h>

#include "sched_fixture.h"

/* ---- mutexes ---- */

START_TEST(a_lock_waits_for_the_owner)
{
    begin(2);
    DO(0, 0, LOCK, .address = M);
    PEND(1, LOCK, .address = M);
    ck_assert_uint_eq(sched_owner(sched, M), 0);
    stuck();
    DO(0, 0, UNLOCK, .address = M);
    step_as(1, 0);
    ck_assert_uint_eq(sched_owner(sched, M), 1);
}
END_TEST

START_TEST(types_of_mutexes_answer_as_posix_says)
{
    begin(2);
    DO(0, 0, LOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(0, 0, LOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(0, 0, TRYLOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(1, EBUSY, TRYLOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(1, EPERM, UNLOCK, .address = M, .flags = SCHED_RECURSIVE);
    for (int i = 0; i < 3; i++)
        DO(0, 0, UNLOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(1, 0, TRYLOCK, .address = M, .flags = SCHED_RECURSIVE);

    DO(0, 0, LOCK, .address = M + 64, .flags = SCHED_ERRORCHECK);
    DO(0, EDEADLK, LOCK, .address = M + 64, .flags = SCHED_ERRORCHECK);
    DO(0, EBUSY, TRYLOCK, .address = M + 64, .flags = SCHED_ERRORCHECK);
    DO(1, EPERM, UNLOCK, .address = M + 64, .flags = SCHED_ERRORCHECK);

    DO(0, 0, LOCK, .address = M + 128);
    PEND(0, LOCK, .address = M + 128);
    stuck();
}
END_TEST

START_TEST(a_timed_lock_gives_up_only_while_the_mutex_is_held)
{
    begin(2);
    DO(0, 0, LOCK, .address = M, .deadline = 5);
    ck_assert_uint_eq(sched_clock(sched), 0);
    DO(1, ETIMEDOUT, LOCK, .address = M, .deadline = 5);
    ck_assert_uint_eq(sched_clock(sched), 5);
}
END_TEST

START_TEST(a_mutex_locked_before_we_came_has_its_owner)
{
    begin(2);
    PEND(1, LOCK, .address = M, .flags = SCHED_CLAIMED, .count = 0);
    stuck();
    ck_assert_uint_eq(sched_owner(sched, M), 0);
    PEND(0, UNLOCK, .address = M);
    step_as(0, 0);
    step_as(1, 0);
    DO(1, 0, UNLOCK, .address = M);
    DO(0, 0, LOCK, .address = M, .flags = SCHED_CLAIMED, .count = 1); /* it is known by now */
}
END_TEST

START_TEST(tasks_that_wait_for_each_other_are_entangled)
{
    begin(4);
    DO(1, 0, LOCK, .address = M);
    DO(2, 0, WRLOCK, .address = R);
    PEND(0, JOIN, .count = 1);
    PEND(1, RDLOCK, .address = R);
    ck_assert(!sched_entangled(sched)); /* the second can go */
    PEND(2, LOCK, .address = M, .deadline = 5);
    ck_assert(!sched_entangled(sched)); /* it gives up */
    step_as(2, ETIMEDOUT);
    PEND(2, LOCK, .address = M);
    ck_assert(sched_entangled(sched));
    DO(3, 0, YIELD); /* whoever else goes on */
    ck_assert(sched_entangled(sched));

    begin(1);
    DO(0, 0, LOCK, .address = M, .flags = SCHED_RECURSIVE);
    PEND(0, LOCK, .address = M, .flags = SCHED_RECURSIVE);
    ck_assert(!sched_entangled(sched));
    step_as(0, 0);
    DO(0, 0, LOCK, .address = M + 64);
    PEND(0, LOCK, .address = M + 64);
    ck_assert(sched_entangled(sched));
}
END_TEST

START_TEST(the_next_owner_hears_that_the_last_one_died)
{
    begin(3);
    DO(1, 0, LOCK, .address = M, .flags = SCHED_ROBUST);
    DO(1, 0, LOCK, .address = M + 64, .flags = SCHED_ROBUST);
    DO(1, 0, LOCK, .address = M + 128, .flags = SCHED_ROBUST);
    DO(1, 0, UNLOCK, .address = M + 64, .flags = SCHED_ROBUST);
    PEND(0, LOCK, .address = M, .flags = SCHED_ROBUST);
    stuck();
    DO(1, 0, END);
    step_as(0, EOWNERDEAD);
    DO(2, 0, LOCK, .address = M + 64, .flags = SCHED_ROBUST);
    DO(2, EOWNERDEAD, TRYLOCK, .address = M + 128, .flags = SCHED_ROBUST);
    DO(2, EINVAL, CONSISTENT, .address = M + 64);
    DO(2, EINVAL, CONSISTENT, .address = M); /* not its own */
    DO(0, 0, CONSISTENT, .address = M);
    DO(0, 0, UNLOCK, .address = M, .flags = SCHED_ROBUST);
    DO(2, 0, LOCK, .address = M, .flags = SCHED_ROBUST);
    DO(2, 0, UNLOCK, .address = M + 128, .flags = SCHED_ROBUST); /* not made consistent */
    DO(0, ENOTRECOVERABLE, LOCK, .address = M + 128, .flags = SCHED_ROBUST);
    DO(2, ENOTRECOVERABLE, TRYLOCK, .address = M + 128, .flags = SCHED_ROBUST);
}
END_TEST

START_TEST(an_end_lets_many_robust_mutexes_go)
{
    begin(2);
    for (unsigned i = 0; i < 30; i++)
        DO(1, 0, LOCK, .address = M + 64 * i, .flags = SCHED_ROBUST);
    DO(1, 0, END);
    for (unsigned i = 0; i < 30; i++)
        DO(0, EOWNERDEAD, LOCK, .address = M + 64 * i, .flags = SCHED_ROBUST);
}
END_TEST

START_TEST(whether_the_owner_was_dead_already_shows_in_the_hash)
{
    uint64_t hash[2];
    for (int late = 0; late < 2; late++) {
        begin(2);
        DO(1, 0, LOCK, .address = M, .flags = SCHED_ROBUST);
        if (!late)
            DO(1, 0, END);
        DO(0, late ? EBUSY : EOWNERDEAD, TRYLOCK, .address = M, .flags = SCHED_ROBUST);
        if (late)
            DO(1, 0, END);
        hash[late] = sched_trace_hash(sched);
    }
    ck_assert_uint_ne(hash[0], hash[1]);
}
END_TEST

/* ---- condition variables ---- */

static void wait_on(uint32_t task, uint64_t deadline)
{
    DO(task, 0, LOCK, .address = M);
    DO(task, 0, WAIT, .address = C, .mutex = M);
    PEND(task, WAKE, .address = C, .mutex = M, .deadline = deadline);
}

START_TEST(a_waiter_wants_a_signal_and_then_the_mutex)
{
    begin(2);
    wait_on(0, 0);
    stuck();
    DO(1, 0, LOCK, .address = M);
    DO(1, 0, SIGNAL, .address = C);
    PEND(1, LOCK, .address = M + 64);
    step_as(1, 0);
    ck_assert(!can_go(0));
    DO(1, 0, UNLOCK, .address = M);
    step_as(0, 0);
    ck_assert_uint_eq(sched_owner(sched, M), 0);
}
END_TEST

START_TEST(a_signal_may_wake_any_one_waiter)
{
    for (uint32_t chosen = 0; chosen < 3; chosen++) {
        struct trace_event plan[7];
        begin(4);
        for (uint32_t i = 0; i < 3; i++)
            wait_on(i, 0);
        for (int i = 0; i < 6; i++)
            plan[i] = events[i];
        plan[6] = (struct trace_event){.task = 3, .kind = SCHED_SIGNAL, .outcome = chosen};
        sched_begin(sched, &(struct sched_plan){.events = plan, .events_count = 7});
        for (uint32_t i = 0; i < 4; i++)
            sched_task_new(sched, SCHED_NONE);
        for (uint32_t i = 0; i < 3; i++)
            wait_on(i, 0);
        PEND(3, SIGNAL, .address = C);
        struct sched_option options[8];
        ck_assert_uint_eq(sched_options(sched, options, 8), 3);
        step_as(3, 0);
        step_as(chosen, 0);
        stuck();
    }
}
END_TEST

START_TEST(a_broadcast_wakes_all_and_later_waiters_wait)
{
    begin(4);
    wait_on(0, 0);
    wait_on(1, 0);
    DO(3, 0, BROADCAST, .address = C);
    step_as(0, 0); /* it has the mutex now */
    ck_assert(!can_go(1));
    DO(0, 0, UNLOCK, .address = M);
    step_as(1, 0);
    DO(1, 0, UNLOCK, .address = M);
    wait_on(2, 0);
    stuck();
}
END_TEST

START_TEST(a_waiter_that_timed_out_takes_no_signal)
{
    begin(3);
    wait_on(0, 10);
    wait_on(1, 0);
    step_as(0, ETIMEDOUT);
    ck_assert_uint_eq(sched_clock(sched), 10);
    DO(0, 0, UNLOCK, .address = M);
    DO(2, 0, SIGNAL, .address = C);
    step_as(1, 0);
}
END_TEST

START_TEST(a_wait_gives_back_all_levels_of_a_recursive_mutex)
{
    begin(2);
    DO(0, 0, LOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(0, 0, LOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(0, 0, WAIT, .address = C, .mutex = M);
    PEND(0, WAKE, .address = C, .mutex = M);
    DO(1, 0, LOCK, .address = M);
    DO(1, 0, SIGNAL, .address = C);
    DO(1, 0, UNLOCK, .address = M);
    step_as(0, 0);
    DO(0, 0, UNLOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(1, EBUSY, TRYLOCK, .address = M);
    DO(0, 0, UNLOCK, .address = M, .flags = SCHED_RECURSIVE);
    DO(1, 0, TRYLOCK, .address = M);
}
END_TEST

START_TEST(spurious_wake_ups_stay_within_their_budget)
{
    begin_with((struct sched_config){.spurious_max = 2}, "random", 2);
    uint32_t woken = 0, went;
    wait_on(0, 0);
    for (int i = 0; i < 2000; i++) {
        PEND(1, YIELD, .pc = 1);
        ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
        if (went == 1)
            continue;
        woken++;
        sched_unpend(sched, 1);
        DO(0, 0, UNLOCK, .address = M);
        wait_on(0, 0);
    }
    ck_assert_uint_eq(woken, 2);
}
END_TEST

/* ---- rwlocks ---- */

START_TEST(readers_share_and_a_writer_does_not)
{
    begin(3);
    DO(0, 0, RDLOCK, .address = R);
    DO(1, 0, RDLOCK, .address = R);
    PEND(2, WRLOCK, .address = R);
    stuck();
    DO(1, 0, TRYRDLOCK, .address = R); /* glibc's default: readers come in all the same */
    for (int i = 0; i < 2; i++)
        DO(1, 0, RWUNLOCK, .address = R);
    ck_assert(!can_go(2));
    DO(0, 0, RWUNLOCK, .address = R);
    step_as(2, 0);
    ck_assert_uint_eq(sched_owner(sched, R), 2);
    DO(2, EDEADLK, RDLOCK, .address = R);
    DO(2, EDEADLK, WRLOCK, .address = R);
    DO(0, EBUSY, TRYRDLOCK, .address = R);
    DO(0, EBUSY, TRYWRLOCK, .address = R);
}
END_TEST

START_TEST(a_waiting_writer_holds_up_readers_that_prefer_it)
{
    begin(3);
    DO(0, 0, RDLOCK, .address = R, .flags = SCHED_PREFER_WRITER);
    DO(1, EBUSY, WRQUEUE, .address = R, .flags = SCHED_PREFER_WRITER);
    PEND(1, WRLOCK, .address = R, .flags = SCHED_PREFER_WRITER);
    PEND(0, RDLOCK, .address = R, .flags = SCHED_PREFER_WRITER);
    stuck(); /* the classic: a reader that comes again */
}
END_TEST

START_TEST(readers_go_on_when_the_waiting_writer_gives_up)
{
    begin(3);
    DO(0, 0, RDLOCK, .address = R, .flags = SCHED_PREFER_WRITER);
    DO(1, EBUSY, WRQUEUE, .address = R, .flags = SCHED_PREFER_WRITER);
    PEND(1, WRLOCK, .address = R, .deadline = 7, .flags = SCHED_PREFER_WRITER);
    PEND(2, RDLOCK, .address = R, .flags = SCHED_PREFER_WRITER);
    ck_assert(!can_go(2));
    step_as(1, ETIMEDOUT);
    step_as(2, 0);
}
END_TEST

/* ---- semaphores, barriers, once ---- */

START_TEST(a_semaphore_counts)
{
    begin(2);
    ck_assert_int_eq(sched_units(sched, S), -1);
    DO(0, 0, SEM_WAIT, .address = S, .flags = SCHED_CLAIMED, .count = 2);
    ck_assert_int_eq(sched_units(sched, S), 1);
    DO(0, 0, SEM_TRYWAIT, .address = S, .flags = SCHED_CLAIMED, .count = 2);
    DO(0, EAGAIN, SEM_TRYWAIT, .address = S);
    PEND(0, SEM_WAIT, .address = S);
    stuck();
    DO(1, 0, SEM_POST, .address = S);
    step_as(0, 0);
    DO(0, ETIMEDOUT, SEM_WAIT, .address = S, .deadline = 3);
}
END_TEST

START_TEST(a_barrier_is_used_phase_after_phase)
{
    begin(3);
    for (int phase = 0; phase < 3; phase++) {
        DO(0, 0, ARRIVE, .address = B, .count = 2);
        PEND(0, LEAVE, .address = B);
        stuck();
        DO(1, 1, ARRIVE, .address = B, .count = 2);
        if (phase == 1) { /* one is slow to leave, the others are a phase ahead */
            DO(1, 0, ARRIVE, .address = B, .count = 2);
            PEND(1, LEAVE, .address = B);
            step_as(0, 0);
            DO(2, 1, ARRIVE, .address = B, .count = 2);
            step_as(1, 0);
        } else {
            step_as(0, 0);
        }
    }
}
END_TEST

START_TEST(a_once_runs_again_only_when_it_was_left)
{
    begin(3);
    DO(0, 1, ONCE_BEGIN, .address = O);
    PEND(1, ONCE_BEGIN, .address = O);
    stuck();
    DO(0, 0, ONCE_END, .address = O, .count = 0);
    step_as(1, 1);
    DO(1, 0, ONCE_END, .address = O, .count = 1);
    DO(0, 0, ONCE_BEGIN, .address = O);
    DO(0, 0, ONCE_BEGIN, .address = O + 64, .flags = SCHED_CLAIMED);
}
END_TEST

/* ---- tasks and time ---- */

START_TEST(a_join_waits_for_the_end)
{
    begin(3);
    PEND(0, JOIN, .count = 1);
    stuck();
    DO(2, 0, END);
    ck_assert(!can_go(0));
    DO(1, 0, END);
    step_as(0, 0);
    ck_assert(sched_ended(sched, 1) && !sched_ended(sched, 0));
    DO(0, 0, JOIN, .count = 2);
}
END_TEST

START_TEST(sleepers_wake_in_the_order_of_their_deadlines)
{
    begin(TASKS);
    for (uint32_t i = 0; i < TASKS; i++)
        PEND(i, SLEEP, .deadline = 1 + (i * 7) % TASKS);
    for (uint64_t now = 1; now <= TASKS; now++) {
        uint32_t went;
        ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
        ck_assert_uint_eq(1 + (went * 7) % TASKS, now);
        ck_assert_uint_eq(sched_clock(sched), now);
    }
}
END_TEST

START_TEST(time_is_a_choice_only_where_it_may_be)
{
    for (int choices = 0; choices < 2; choices++) {
        uint32_t slept = 0, went;
        for (uint64_t seed = 0; seed < 40; seed++) {
            begin_with((struct sched_config){.time_choices = choices}, "random", 2);
            sched_begin(sched, &(struct sched_plan){.strategy = 1, .seed = seed});
            sched_task_new(sched, SCHED_NONE);
            sched_task_new(sched, SCHED_NONE);
            PEND(0, SLEEP, .deadline = 1000);
            PEND(1, WRITE, .address = X, .count = 4);
            ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
            slept += went == 0;
        }
        ck_assert_int_eq(slept > 0, choices);
    }
}
END_TEST

START_TEST(a_deadline_that_has_passed_needs_no_jump)
{
    begin_with((struct sched_config){0}, "random", 2);
    uint32_t went, slept = 0;
    for (int i = 0; i < 40; i++) {
        PEND(0, SLEEP, .deadline = 10);
        sched_clock_advance(sched, 10);
        PEND(1, WRITE, .address = X, .count = 4);
        ck_assert_int_eq(sched_step(sched, &went), SCHED_GO);
        slept += went == 0;
        sched_unpend(sched, !went);
    }
    ck_assert_uint_gt(slept, 0);
}
END_TEST

START_TEST(the_outside_is_asked_and_may_time_out)
{
    uint32_t went;
    outside_ready = false;
    begin(2);
    PEND(0, EXTERNAL, .address = 3);
    ck_assert_int_eq(sched_step(sched, &went), SCHED_OUTSIDE);
    outside_ready = true;
    step_as(0, 0);
    outside_ready = false;
    DO(0, ETIMEDOUT, EXTERNAL, .address = 3, .deadline = 9);
    outside_ready = true;
    DO(0, 0, EXTERNAL, .address = 3, .deadline = 19);
}
END_TEST

START_TEST(the_clock_does_not_jump_ahead_of_the_outside)
{
    for (int in_time = 0; in_time < 2; in_time++) {
        outside_ready = false;
        outside_in_time = in_time;
        begin(2);
        PEND(0, EXTERNAL, .address = 3);
        PEND(1, SLEEP, .deadline = 7);
        step_as(!in_time, 0);
        ck_assert_uint_eq(sched_clock(sched), in_time ? 0 : 7);
    }
    outside_in_time = false;
}
END_TEST

START_TEST(a_plan_that_waits_for_the_outside_is_late_while_others_could_go)
{
    struct trace_event plan[] = {{.task = 0, .kind = SCHED_EXTERNAL}};
    uint32_t went;
    outside_ready = false;
    begin(2);
    sched_begin(sched, &(struct sched_plan){.events = plan, .events_count = 1});
    sched_task_new(sched, SCHED_NONE);
    sched_task_new(sched, SCHED_NONE);
    PEND(0, EXTERNAL, .address = 3);
    PEND(1, YIELD, .pc = 1);
    ck_assert_int_eq(sched_step(sched, &went), SCHED_LATE);
    outside_ready = true;
    step_as(0, 0);
}
END_TEST

START_TEST(a_plan_waits_for_the_outside_and_diverges_where_it_cannot_go)
{
    struct trace_event plan[] = {{.task = 0, .kind = SCHED_EXTERNAL},
                                 {.task = 1, .kind = SCHED_LOCK}};
    uint32_t went;
    outside_ready = false;
    begin(2);
    sched_begin(sched, &(struct sched_plan){.events = plan, .events_count = 2});
    sched_task_new(sched, SCHED_NONE);
    PEND(0, EXTERNAL, .address = 3);
    ck_assert_int_eq(sched_step(sched, &went), SCHED_OUTSIDE);
    outside_ready = true;
    step_as(0, 0);
    PEND(0, YIELD, .pc = 1);
    ck_assert_int_eq(sched_step(sched, &went), SCHED_DIVERGED); /* no such task */
    sched_task_new(sched, SCHED_NONE);
    PEND(1, UNLOCK, .address = M);
    ck_assert_int_eq(sched_step(sched, &went), SCHED_DIVERGED); /* another operation */
    ck_assert_uint_eq(sched_steps(sched), 1);
}
END_TEST

/* ---- memory ---- */

static uint64_t hash_of_two(bool swapped, uint64_t first, uint32_t first_size, uint64_t second,
                            uint32_t second_size)
{
    begin(2);
    for (int i = 0; i < 2; i++) {
        if (swapped == (i == 0))
            DO(1, 0, WRITE, .address = second, .count = second_size);
        else
            DO(0, 0, WRITE, .address = first, .count = first_size);
    }
    return sched_trace_hash(sched);
}

static bool ordered(uint64_t first, uint32_t first_size, uint64_t second, uint32_t second_size)
{
    return hash_of_two(false, first, first_size, second, second_size) !=
           hash_of_two(true, first, first_size, second, second_size);
}

START_TEST(accesses_are_ordered_where_they_meet)
{
    ck_assert(ordered(X, 4, X, 4));
    ck_assert(ordered(X, 8, X + 4, 4));
    ck_assert(ordered(X, 1, X, 8));
    ck_assert(ordered(X + 6, 4, X + 8, 4));
    ck_assert(ordered(X + 6, 4, X + 4, 4));
    ck_assert(ordered(X, 16, X + 12, 4));
    ck_assert(!ordered(X, 4, X + 4, 4));
    ck_assert(!ordered(X + 4, 8, X, 4));
    ck_assert(!ordered(X + 4, 8, X + 12, 4));
    ck_assert(!ordered(X, 8, X + 8, 8));
}
END_TEST

START_TEST(a_compare_exchange_that_fails_only_reads)
{
    uint64_t hash[2][2];
    for (int writes = 0; writes < 2; writes++)
        for (uint32_t first = 0; first < 2; first++) {
            outside_ready = writes;
            begin(2);
            DO(first, 0, UPDATE, .address = X, .count = 4, .flags = SCHED_CONDITIONAL);
            DO(!first, 0, UPDATE, .address = X, .count = 4, .flags = SCHED_CONDITIONAL);
            hash[writes][first] = sched_trace_hash(sched);
        }
    ck_assert_uint_eq(hash[0][0], hash[0][1]);
    ck_assert_uint_ne(hash[1][0], hash[1][1]);
}
END_TEST

START_TEST(what_is_forgotten_begins_anew)
{
    begin(2);
    DO(0, 0, LOCK, .address = M);
    DO(0, 0, LOCK, .address = M + 8);
    DO(0, 0, WRITE, .address = X, .count = 4);
    sched_forget(sched, M, 8);
    DO(1, 0, LOCK, .address = M);
    DO(1, EBUSY, TRYLOCK, .address = M + 8);
    uint64_t before = events[2].hash;
    sched_forget(sched, X - 64, 128);
    DO(1, 0, WRITE, .address = X, .count = 4);
    ck_assert_uint_ne(events[2].object, events[5].object);
    ck_assert_uint_ne(before, events[5].hash);
    PEND(0, JOIN, .count = 1);
    sched_forget(sched, 0, UINT64_MAX); /* tasks are not at addresses */
    DO(1, 0, END);
    step_as(0, 0);
}
END_TEST

START_TEST(many_objects_are_told_apart)
{
    begin(1);
    for (uint32_t i = 0; i < 3000; i++)
        DO(0, 0, LOCK, .address = M + 8 * i);
    for (uint32_t i = 0; i < 3000; i++)
        ck_assert_uint_eq(sched_owner(sched, M + 8 * i), 0);
    ck_assert_uint_eq(sched_owner(sched, M + 8 * 3000), SCHED_NONE);
}
END_TEST

START_TEST(too_long_is_told)
{
    uint32_t went;
    begin(1);
    for (int i = 0; i < STEPS; i++)
        DO(0, 0, YIELD, .pc = 1);
    PEND(0, YIELD, .pc = 1);
    ck_assert_int_eq(sched_step(sched, &went), SCHED_TOO_LONG);
}
END_TEST

/* ---- the rest ---- */

START_TEST(the_programs_end_comes_after_what_was_done)
{
    uint64_t hash[2];
    for (int last = 0; last < 2; last++) {
        begin(2);
        if (last)
            DO(1, 0, WRITE, .address = X, .count = 4);
        DO(0, 0, EXIT);
        if (!last)
            DO(1, 0, WRITE, .address = X, .count = 4);
        hash[last] = sched_trace_hash(sched);
    }
    ck_assert_uint_ne(hash[0], hash[1]);
}
END_TEST

START_TEST(tasks_are_limited)
{
    begin(TASKS);
    ck_assert_uint_eq(sched_task_new(sched, 0), SCHED_NONE);
    ck_assert_uint_eq(sched_tasks(sched), TASKS);
}
END_TEST

START_TEST(the_programs_randomness_is_the_same_in_all_schedules)
{
    uint64_t first[2];
    for (uint64_t seed = 0; seed < 2; seed++) {
        begin(1);
        sched_begin(sched, &(struct sched_plan){.seed = seed, .seed_program = 5});
        sched_task_new(sched, SCHED_NONE);
        DO(0, 0, CHOOSE, .count = 1);
        first[seed] = sched_random(sched);
    }
    ck_assert_uint_eq(first[0], first[1]);
}
END_TEST

START_TEST(the_portfolio_names_strategies_that_exist)
{
    bool used[16] = {0};
    for (uint64_t i = 0; i < 100; i++) {
        struct sched_plan plan = {0};
        portfolio_plan(i, &plan);
        ck_assert_ptr_nonnull(strategy_name(plan.strategy));
        used[plan.strategy] = true;
    }
    ck_assert(used[strategy_find("pct")] && used[strategy_find("rff")]);
    ck_assert_uint_eq(strategy_find("none such"), SCHED_NONE);
    ck_assert(strategy_takes_parameter(strategy_find("pct")));
    ck_assert(!strategy_takes_parameter(strategy_find("pos")));
    for (uint32_t i = 0; strategy_name(i); i++)
        ck_assert_ptr_nonnull(strategy_help(i));
}
END_TEST

/* The numbers of the two kinds together are all numbers, in order, each once. */
START_TEST(schedules_that_learn_and_others_make_up_all)
{
    uint32_t rff = strategy_find("rff"), pct = strategy_find("pct");
    uint64_t next[2] = {portfolio_next(SCHED_NONE, 0, false), portfolio_next(SCHED_NONE, 0, true)};
    for (uint64_t i = 0; i < 200; i++) {
        struct sched_plan plan = {0};
        portfolio_plan(i, &plan);
        bool learns = strategy_learns(plan.strategy);
        ck_assert_uint_eq(next[learns], i);
        ck_assert_uint_gt(next[!learns], i);
        next[learns] = portfolio_next(SCHED_NONE, i + 1, learns);
    }
    ck_assert(strategy_learns(rff) && !strategy_learns(pct) && !strategy_learns(SCHED_NONE));
    ck_assert_uint_eq(portfolio_next(rff, 17, true), 17);
    ck_assert_uint_eq(portfolio_next(rff, 17, false), SCHED_NEVER);
    ck_assert_uint_eq(portfolio_next(pct, 17, false), 17);
    ck_assert_uint_eq(portfolio_next(pct, 17, true), SCHED_NEVER);
}
END_TEST

START_TEST(every_operation_has_words)
{
    for (int kind = 0; kind < SCHED_KINDS; kind++)
        ck_assert_uint_gt(strlen(trace_words((enum sched_kind)kind)), 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_lock_waits_for_the_owner,
        types_of_mutexes_answer_as_posix_says,
        a_timed_lock_gives_up_only_while_the_mutex_is_held,
        a_mutex_locked_before_we_came_has_its_owner,
        tasks_that_wait_for_each_other_are_entangled,
        the_next_owner_hears_that_the_last_one_died,
        an_end_lets_many_robust_mutexes_go,
        whether_the_owner_was_dead_already_shows_in_the_hash,
        a_waiter_wants_a_signal_and_then_the_mutex,
        a_signal_may_wake_any_one_waiter,
        a_broadcast_wakes_all_and_later_waiters_wait,
        a_waiter_that_timed_out_takes_no_signal,
        a_wait_gives_back_all_levels_of_a_recursive_mutex,
        spurious_wake_ups_stay_within_their_budget,
        readers_share_and_a_writer_does_not,
        a_waiting_writer_holds_up_readers_that_prefer_it,
        readers_go_on_when_the_waiting_writer_gives_up,
        a_semaphore_counts,
        a_barrier_is_used_phase_after_phase,
        a_once_runs_again_only_when_it_was_left,
        a_join_waits_for_the_end,
        sleepers_wake_in_the_order_of_their_deadlines,
        time_is_a_choice_only_where_it_may_be,
        a_deadline_that_has_passed_needs_no_jump,
        the_outside_is_asked_and_may_time_out,
        the_clock_does_not_jump_ahead_of_the_outside,
        a_plan_that_waits_for_the_outside_is_late_while_others_could_go,
        a_plan_waits_for_the_outside_and_diverges_where_it_cannot_go,
        accesses_are_ordered_where_they_meet,
        a_compare_exchange_that_fails_only_reads,
        what_is_forgotten_begins_anew,
        many_objects_are_told_apart,
        too_long_is_told,
        the_programs_end_comes_after_what_was_done,
        tasks_are_limited,
        the_programs_randomness_is_the_same_in_all_schedules,
        the_portfolio_names_strategies_that_exist,
        schedules_that_learn_and_others_make_up_all,
        every_operation_has_words,
    };
    return run_all("sched_core", tests, sizeof tests / sizeof tests[0]);
}
