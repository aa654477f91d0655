/*
 * Run queues by themselves. No goroutine is started here: the workers of these tests are records
 * that only the tests know, and what they queue is never run.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

#define ITEMS 200000
#define THIEVES 3

static struct worker owner, thieves[THIEVES];
static struct goroutine *items;
static _Atomic unsigned char *taken;
static _Atomic bool all_pushed;
static unsigned procs_before;

static void setup(void)
{
    procs_before = scheduler.procs;
    scheduler.procs = THIEVES + 1; /* with one nobody steals, and the queues rely on that */
    memset(&owner, 0, sizeof owner);
    memset(thieves, 0, sizeof thieves);
    items = calloc(ITEMS, sizeof *items);
    taken = calloc(ITEMS, sizeof *taken);
    all_pushed = false;
}

static void teardown(void)
{
    scheduler.procs = procs_before;
    free(items);
    free((void *)taken);
}

static void count(struct goroutine *g)
{
    atomic_fetch_add(&taken[g - items], 1);
}

static bool drain(struct worker *w)
{
    struct goroutine *g;
    bool any = false;
    while ((g = queue_take(w))) {
        count(g);
        any = true;
    }
    return any;
}

static void *thief(void *argument)
{
    struct worker *w = argument;
    for (bool last = false;;) {
        struct goroutine *g = queue_take(w); /* one by one: the others may steal from this one */
        if (!g)
            g = queue_steal(w, &owner, w == &thieves[0]);
        if (!g)
            g = queue_steal(w, &thieves[(w - thieves + 1) % THIEVES], false);
        if (!g)
            g = queue_global_take(w);
        if (g) {
            count(g);
            last = false;
        } else if (last) {
            return NULL;
        } else {
            last = atomic_load(&all_pushed);
        }
    }
}

START_TEST(every_item_is_taken_exactly_once)
{
    pthread_t threads[THIEVES];
    for (int i = 0; i < THIEVES; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, thief, &thieves[i]), 0);
    for (int i = 0; i < ITEMS; i++) {
        items[i].id = (uint64_t)i;
        if (i % 5 == 0)
            queue_push_next(&owner, &items[i]);
        else
            queue_push(&owner, &items[i]);
        struct goroutine *g = i % 7 == 0 ? queue_take(&owner) : NULL;
        if (g)
            count(g);
    }
    struct goroutine *g;
    do {
        drain(&owner);
        if ((g = queue_global_take(&owner)))
            count(g);
    } while (g);
    atomic_store(&all_pushed, true);
    for (int i = 0; i < THIEVES; i++)
        pthread_join(threads[i], NULL);
    while (drain(&owner) || (g = queue_global_take(&owner)))
        if (g)
            count(g);
    for (int i = 0; i < ITEMS; i++)
        ck_assert_msg(taken[i] == 1, "item %d was taken %d times", i, taken[i]);
    ck_assert(queue_empty(&owner));
    ck_assert_uint_eq(scheduler.global_count, 0);
}
END_TEST

START_TEST(counters_may_wrap)
{
    owner.head = owner.tail = UINT32_MAX - 100;
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 200; i++)
            queue_push(&owner, &items[i]);
        for (int i = 0; i < 200; i++)
            ck_assert_ptr_eq(queue_take(&owner), &items[i]);
        ck_assert(queue_empty(&owner));
    }
    owner.head = owner.tail = UINT32_MAX - 3;
    for (int i = 0; i < 8; i++)
        queue_push(&owner, &items[i]);
    ck_assert_ptr_eq(queue_steal(&thieves[0], &owner, false), &items[0]);
    for (int i = 1; i < 4; i++)
        ck_assert_ptr_eq(queue_take(&thieves[0]), &items[i]);
    ck_assert_ptr_null(queue_take(&thieves[0]));
    for (int i = 4; i < 8; i++)
        ck_assert_ptr_eq(queue_take(&owner), &items[i]);
}
END_TEST

START_TEST(the_woken_one_is_next_but_not_for_ever)
{
    queue_push(&owner, &items[0]);
    for (unsigned i = 0; i < NEXT_UP_MAX; i++) {
        queue_push_next(&owner, &items[1]);
        ck_assert_ptr_eq(queue_take(&owner), &items[1]);
    }
    queue_push_next(&owner, &items[1]);
    ck_assert_ptr_eq(queue_take(&owner), &items[0]);
    ck_assert_ptr_eq(queue_take(&owner), &items[1]);
    ck_assert_ptr_null(queue_take(&owner));
}
END_TEST

START_TEST(what_does_not_fit_goes_to_the_global_queue_in_order)
{
    for (unsigned i = 0; i < 2 * RING_SIZE; i++)
        queue_push(&owner, &items[i]);
    ck_assert_uint_eq(scheduler.global_count, RING_SIZE);
    for (unsigned i = 0; i < RING_SIZE; i++)
        ck_assert_ptr_eq(queue_take(&owner), &items[i]);
    for (unsigned i = RING_SIZE; i < 2 * RING_SIZE; i++) {
        struct goroutine *g = queue_take(&owner);
        ck_assert_ptr_eq(g ? g : queue_global_take(&owner), &items[i]);
    }
    ck_assert_uint_eq(scheduler.global_count, 0);
}
END_TEST

START_TEST(with_more_than_a_ring_full_everyone_gets_a_turn)
{
    unsigned turns[3000] = {0}, seen = 0;
    for (int i = 0; i < 3000; i++)
        queue_push(&owner, &items[i]);
    for (unsigned i = 1; i < 400000 && seen < 3000; i++) {
        struct goroutine *g = i % (2 * CHECK_INTERVAL) ? NULL : queue_global_take(&owner);
        if (!g)
            g = queue_take(&owner);
        if (!g)
            g = queue_global_take(&owner);
        seen += ++turns[g - items] == 1;
        queue_push(&owner, g);
    }
    ck_assert_uint_eq(seen, 3000);
    while (drain(&owner) || queue_global_take(&owner))
        ;
}
END_TEST

START_TEST(a_full_ring_turns_and_keeps_its_order)
{
    for (unsigned i = 0; i < RING_SIZE; i++)
        queue_push(&owner, &items[i]);
    for (unsigned i = 0; i < 3 * RING_SIZE; i++) {
        ck_assert_ptr_eq(queue_turn(&owner, &items[(RING_SIZE + i) % (RING_SIZE + 1)]),
                         &items[i % (RING_SIZE + 1)]);
        ck_assert_uint_eq(scheduler.global_count, 0);
    }
    drain(&owner);
}
END_TEST

START_TEST(who_yields_turns_with_nobody_else_than_the_rings_first)
{
    ck_assert_ptr_null(queue_turn(&owner, &items[0]));
    ck_assert(queue_empty(&owner));
    queue_push(&owner, &items[1]);
    queue_push_next(&owner, &items[2]);
    ck_assert_ptr_null(queue_turn(&owner, &items[0]));
    ck_assert_ptr_eq(queue_take(&owner), &items[2]);
    queue_global_push(&items[3], &items[3], 1);
    ck_assert_ptr_null(queue_turn(&owner, &items[0]));
    ck_assert_ptr_eq(queue_global_take(&owner), &items[3]);
    ck_assert_ptr_eq(queue_turn(&owner, &items[0]), &items[1]);
    ck_assert_ptr_eq(queue_take(&owner), &items[0]);
    ck_assert(queue_empty(&owner));
}
END_TEST

START_TEST(the_slot_is_stolen_only_hard)
{
    queue_push_next(&owner, &items[0]);
    ck_assert_ptr_null(queue_steal(&thieves[0], &owner, false));
    ck_assert_ptr_eq(queue_steal(&thieves[0], &owner, true), &items[0]);
    ck_assert(queue_empty(&owner));
}
END_TEST

START_TEST(the_inbox_is_first_in_first_out)
{
    for (int i = 0; i < 10; i++)
        queue_inbox_push(&owner, &items[i]);
    for (int i = 0; i < 10; i++)
        ck_assert_ptr_eq(queue_inbox_take(&owner), &items[i]);
    ck_assert_ptr_null(queue_inbox_take(&owner));
    ck_assert(!owner.inbox_any);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queue");
    TCase *tcase = tcase_create("queue");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_item_is_taken_exactly_once);
    tcase_add_test(tcase, counters_may_wrap);
    tcase_add_test(tcase, the_woken_one_is_next_but_not_for_ever);
    tcase_add_test(tcase, what_does_not_fit_goes_to_the_global_queue_in_order);
    tcase_add_test(tcase, with_more_than_a_ring_full_everyone_gets_a_turn);
    tcase_add_test(tcase, a_full_ring_turns_and_keeps_its_order);
    tcase_add_test(tcase, who_yields_turns_with_nobody_else_than_the_rings_first);
    tcase_add_test(tcase, the_slot_is_stolen_only_hard);
    tcase_add_test(tcase, the_inbox_is_first_in_first_out);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
