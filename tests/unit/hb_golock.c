/* hb_golock: locks that belong to nobody, as goroutines' do. One property a test, named for it. */
#include <check.h>

#include "hb/engine.h"

#define X UINT64_C(0x7f1200000000)
#define LOCK (X + 64)
#define OTHER (X + 128)
#define PC 0x401000u

static struct hb *hb;
static struct hb_cursor cursors[4];
static struct hb_task *tasks[4];
static unsigned races, cycles;

static void race_note(void *arg, struct hb_task *task, const struct hb_finding *finding)
{
    (void)arg, (void)task, (void)finding;
    races++;
}

static void cycle_note(void *arg, struct hb_task *task, const struct hb_order_edge *edges,
                       size_t count)
{
    (void)arg, (void)task, (void)edges, (void)count;
    cycles++;
}

static void setup(void)
{
    struct hb_config config = {.lock_order = true};
    struct hb_callbacks callbacks = {.finding = race_note, .lock_order = cycle_note};
    hb = hb_create(&config, &callbacks);
    races = cycles = 0;
    for (int i = 0; i < 4; i++) {
        cursors[i] = (struct hb_cursor)HB_CURSOR_INIT;
        tasks[i] = hb_task_create(hb, i ? tasks[0] : NULL, PC);
        hb_task_bind(tasks[i], &cursors[i]);
    }
}

static void teardown(void)
{
    hb_destroy(hb);
}

static void lock(int task, uintptr_t at)
{
    hb_go_lock(tasks[task], at, HB_GO_MUTEX, 0, PC);
}

static void unlock(int task, uintptr_t at)
{
    hb_go_unlock(tasks[task], at, HB_GO_MUTEX, false);
}

static void rlock(int task, uintptr_t at)
{
    hb_go_lock(tasks[task], at, HB_GO_RWMUTEX, HB_LOCK_SHARED, PC);
}

static void runlock(int task, uintptr_t at)
{
    hb_go_unlock(tasks[task], at, HB_GO_RWMUTEX, true);
}

static void write_x(int task)
{
    hb_access(tasks[task], X, 8, HB_WRITE, PC);
}

static size_t held(int task)
{
    struct hb_lock_info locks[8];
    return hb_query_locks(hb, hb_ctx_here(tasks[task], PC), locks, 8);
}

START_TEST(an_unlock_orders_the_next_lock)
{
    lock(1, LOCK);
    write_x(1);
    unlock(1, LOCK);
    lock(2, LOCK);
    write_x(2);
    unlock(2, LOCK);
    ck_assert_uint_eq(races, 0);
    write_x(3);
    ck_assert_uint_eq(races, 1);
}
END_TEST

START_TEST(an_unlock_by_another_passes_on_both_that_one_s_past_and_the_unlock_before)
{
    lock(1, LOCK);
    write_x(1);
    unlock(1, LOCK);
    lock(2, LOCK);
    hb_access(tasks[3], X + 8, 8, HB_WRITE, PC);
    unlock(3, LOCK);
    lock(0, LOCK);
    write_x(0);
    hb_access(tasks[0], X + 8, 8, HB_WRITE, PC);
    ck_assert_uint_eq(races, 0);
}
END_TEST

START_TEST(an_unlock_by_another_passes_on_nothing_of_who_locked)
{
    lock(1, LOCK);
    write_x(1);
    unlock(2, LOCK);
    lock(3, LOCK);
    write_x(3);
    ck_assert_uint_eq(races, 1);
}
END_TEST

START_TEST(an_end_passes_on_nothing)
{
    lock(1, LOCK);
    write_x(1);
    hb_task_end(tasks[1]);
    unlock(2, LOCK);
    lock(2, LOCK);
    write_x(2);
    ck_assert_uint_eq(races, 1);
}
END_TEST

START_TEST(readers_are_ordered_with_writers_only)
{
    rlock(1, LOCK);
    write_x(1);
    runlock(1, LOCK);
    rlock(2, LOCK);
    runlock(2, LOCK);
    hb_go_lock(tasks[3], LOCK, HB_GO_RWMUTEX, 0, PC);
    write_x(3);
    hb_go_unlock(tasks[3], LOCK, HB_GO_RWMUTEX, false);
    ck_assert_uint_eq(races, 0);
    rlock(2, LOCK);
    write_x(2);
    runlock(2, LOCK);
    ck_assert_uint_eq(races, 0);
    rlock(1, LOCK);
    write_x(1);
    ck_assert_uint_eq(races, 1);
}
END_TEST

START_TEST(what_others_have_unlocked_is_not_held)
{
    lock(1, LOCK);
    ck_assert_uint_eq(held(1), 1);
    unlock(2, LOCK);
    hb_go_locks_review(tasks[1]);
    ck_assert_uint_eq(held(1), 0);
    lock(1, LOCK);
    ck_assert_uint_eq(held(1), 1);
    unlock(2, LOCK);
    lock(1, OTHER); /* without a look in between */
    ck_assert_uint_eq(held(1), 1);
    unlock(1, OTHER);
    ck_assert_uint_eq(held(1), 0);
}
END_TEST

START_TEST(of_readers_one_that_another_has_unlocked_is_any)
{
    rlock(1, LOCK);
    rlock(2, LOCK);
    runlock(3, LOCK);
    hb_go_locks_review(tasks[1]);
    hb_go_locks_review(tasks[2]);
    ck_assert_uint_eq(held(1), 0);
    ck_assert_uint_eq(held(2), 0);
}
END_TEST

START_TEST(a_lock_set_back_unseen_is_held_once)
{
    lock(1, LOCK);
    lock(1, LOCK);
    ck_assert_uint_eq(held(1), 1);
    unlock(1, LOCK);
    ck_assert_uint_eq(held(1), 0);
    write_x(1);
    lock(1, LOCK);
    unlock(1, LOCK);
    lock(2, LOCK);
    write_x(2);
    ck_assert_uint_eq(races, 0);
}
END_TEST

START_TEST(two_orders_are_a_cycle)
{
    lock(1, LOCK);
    lock(1, OTHER);
    unlock(1, OTHER);
    unlock(1, LOCK);
    lock(2, OTHER);
    lock(2, LOCK);
    ck_assert_uint_eq(cycles, 1);
}
END_TEST

START_TEST(what_another_has_unlocked_makes_no_cycle)
{
    lock(1, LOCK);
    unlock(3, LOCK);
    lock(1, OTHER);
    unlock(1, OTHER);
    lock(2, OTHER);
    lock(2, LOCK);
    ck_assert_uint_eq(cycles, 0);
}
END_TEST

START_TEST(what_another_unlocks_later_makes_no_cycle)
{
    lock(1, LOCK);
    lock(1, OTHER);
    unlock(1, OTHER);
    unlock(3, LOCK);
    lock(2, OTHER);
    lock(2, LOCK);
    ck_assert_uint_eq(cycles, 0);
}
END_TEST

#define ADD(test) tcase_add_test(tcase, test)

int main(void)
{
    Suite *suite = suite_create("hb_golock");
    TCase *tcase = tcase_create("golock");
    tcase_add_checked_fixture(tcase, setup, teardown);
    ADD(an_unlock_orders_the_next_lock);
    ADD(an_unlock_by_another_passes_on_both_that_one_s_past_and_the_unlock_before);
    ADD(an_unlock_by_another_passes_on_nothing_of_who_locked);
    ADD(an_end_passes_on_nothing);
    ADD(readers_are_ordered_with_writers_only);
    ADD(what_others_have_unlocked_is_not_held);
    ADD(of_readers_one_that_another_has_unlocked_is_any);
    ADD(a_lock_set_back_unseen_is_held_once);
    ADD(two_orders_are_a_cycle);
    ADD(what_another_has_unlocked_makes_no_cycle);
    ADD(what_another_unlocks_later_makes_no_cycle);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
