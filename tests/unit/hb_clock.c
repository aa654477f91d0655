/* hb_clock: vector clocks against plain arrays, and that joins share structure. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hb/clock.h"

#define CLOCKS 24
#define SLOTS 5000

static struct clock_depot depot;
static struct clock_pool pool;

static void setup(void)
{
    clock_depot_init(&depot, SIZE_MAX);
    pool = (struct clock_pool){.depot = &depot, .keeps = true};
}

static void teardown(void)
{
    clock_pool_drain(&pool);
    clock_depot_done(&depot);
}

static uint32_t nodes_in_use(void)
{
    clock_pool_drain(&pool);
    return depot.leaves.used - 1 - depot.leaves.free_count + depot.inners.used - 1 -
           depot.inners.free_count;
}

static void expect_equal(const struct vclock *clock, const uint32_t *naive)
{
    for (uint32_t s = 0; s < SLOTS; s++)
        ck_assert_uint_eq(vclock_get(clock, s), naive[s]);
}

static uint32_t draw_slot(void)
{
    static const uint32_t ranges[] = {4, 16, 17, 250, 300, SLOTS};
    return (uint32_t)rand() % ranges[rand() % 6];
}

static struct clock_entry draw_entry(void)
{
    uint32_t slot = draw_slot();
    return (struct clock_entry){slot, (uint32_t)rand() % 1000};
}

static void naive_max(uint32_t *into, const uint32_t *from)
{
    for (uint32_t s = 0; s < SLOTS; s++)
        into[s] = from[s] > into[s] ? from[s] : into[s];
}

static void naive_raise(uint32_t *into, struct clock_entry entry)
{
    into[entry.slot] = entry.clock > into[entry.slot] ? entry.clock : into[entry.slot];
}

START_TEST(random_operations_agree_with_arrays)
{
    static uint32_t naive[CLOCKS][SLOTS];
    static struct vclock clocks[CLOCKS];
    memset(naive, 0, sizeof naive);
    memset(clocks, 0, sizeof clocks);
    srand(7);
    for (int i = 0; i < 20000; i++) {
        int a = rand() % CLOCKS, b = rand() % CLOCKS;
        switch (rand() % 8) {
        case 0:
            if (a != b) {
                vclock_clear(&pool, &clocks[a]);
                vclock_share(&clocks[a], &clocks[b]);
                memcpy(naive[a], naive[b], sizeof naive[a]);
            }
            break;
        case 1:
        case 2:
            vclock_join(&pool, &clocks[a], CLOCK_NONE, &clocks[b], CLOCK_NONE);
            naive_max(naive[a], naive[b]);
            break;
        case 3:
            if (a != b && clocks[a].root && clocks[b].root && clocks[a].root != clocks[b].root) {
                struct clock_entry mine = draw_entry(), theirs = draw_entry();
                vclock_merge(&pool, &clocks[a], mine, &clocks[b], theirs);
                ck_assert_uint_eq(clocks[a].recent_count, 0);
                naive_max(naive[a], naive[b]);
                naive_raise(naive[a], mine);
                naive_raise(naive[a], theirs);
            }
            break;
        default: {
            struct clock_entry entry = draw_entry();
            vclock_raise(&pool, &clocks[a], entry.slot, entry.clock);
            naive_raise(naive[a], entry);
        }
        }
        if (i % 16 == 0)
            expect_equal(&clocks[a], naive[a]);
    }
    for (int i = 0; i < CLOCKS; i++) {
        expect_equal(&clocks[i], naive[i]);
        vclock_clear(&pool, &clocks[i]);
    }
    ck_assert_uint_eq(nodes_in_use(), 0);
}
END_TEST

START_TEST(a_join_that_learns_everything_shares_the_other_tree)
{
    struct vclock a = {0}, b = {0};
    for (uint32_t s = 0; s < 1000; s++)
        vclock_raise(&pool, &b, s, s + 1);
    vclock_settle(&pool, &b);
    vclock_raise(&pool, &a, 3, 1);
    vclock_raise(&pool, &a, 900, 1);
    vclock_join(&pool, &a, CLOCK_NONE, &b, CLOCK_NONE);
    ck_assert_ptr_eq(a.root, b.root);
    vclock_raise(&pool, &a, 500, 9999);
    ck_assert_ptr_eq(a.root, b.root);
    ck_assert_uint_eq(vclock_get(&a, 500), 9999);
    vclock_settle(&pool, &a);
    ck_assert_ptr_ne(a.root, b.root);
    ck_assert_uint_eq(vclock_get(&a, 500), 9999);
    ck_assert_uint_eq(vclock_get(&b, 500), 501);
    vclock_clear(&pool, &a);
    vclock_clear(&pool, &b);
    ck_assert_uint_eq(nodes_in_use(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hb_clock");
    TCase *tcase = tcase_create("clock");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, random_operations_agree_with_arrays);
    tcase_add_test(tcase, a_join_that_learns_everything_shares_the_other_tree);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
