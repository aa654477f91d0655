/*
 * Random edges in a graph of locks and in a matrix, which is asked for the same ways: few locks,
 * where most ways are there, and many with few edges, so that the index grows and most are not.
 */
#include <check.h>
#include <string.h>

#include "base/rng.h"
#include "hb/lockgraph.h"

enum { LOCKS = 200, TARGETS = 3, LIVES = 1000 };

static bool wanted[LOCKS][LOCKS];

/* Whether a way leads from `from` to one of `to`, by spreading until nothing is new. */
static bool leads(uint32_t from, const uint32_t *to, uint32_t count)
{
    bool come[LOCKS] = {false};
    come[from] = true;
    for (bool news = true; news;) {
        news = false;
        for (uint32_t i = 0; i < LOCKS; i++)
            for (uint32_t j = 0; j < LOCKS; j++)
                if (come[i] && wanted[i][j] && !come[j])
                    come[j] = news = true;
    }
    for (uint32_t i = 0; i < count; i++)
        if (come[to[i]])
            return true;
    return false;
}

static void ask(struct lockgraph *graph, uint64_t *rng, uint32_t locks, uint32_t *yes, uint32_t *no)
{
    uint32_t from = rng_below(rng, locks), to[TARGETS], count = 0;
    for (uint32_t i = 0; i < TARGETS; i++) {
        uint32_t lock = rng_below(rng, locks);
        if (lock != from)
            to[count++] = lock;
    }
    bool expected = leads(from, to, count);
    ck_assert(lockgraph_leads(graph, from, to, count) == expected);
    *(expected ? yes : no) += 1;
}

static void script(struct lockgraph *graph, uint64_t *rng, uint32_t locks, uint32_t edges)
{
    uint32_t yes = 0, no = 0;
    memset(wanted, 0, sizeof wanted);
    for (uint32_t i = 0; i < edges; i++) {
        uint32_t a = rng_below(rng, locks), b = rng_below(rng, locks);
        if (a == b)
            continue;
        ck_assert(lockgraph_add(graph, a, b));
        wanted[a][b] = true;
        if (i % 8 == 0)
            ask(graph, rng, locks, &yes, &no);
    }
    ck_assert_uint_gt(yes, 0);
    ck_assert_uint_gt(no, 0);
}

START_TEST(finds_the_ways_that_are_there)
{
    struct lockgraph graph = {.walk = 0};
    uint64_t rng = 7;
    ck_assert(lockgraph_ready(&graph, LIVES));
    for (int i = 0; i < 50; i++) {
        script(&graph, &rng, 12, 60);
        lockgraph_forget(&graph);
    }
    for (int i = 0; i < 3; i++) {
        script(&graph, &rng, LOCKS, 2000);
        lockgraph_forget(&graph);
    }
    lockgraph_done(&graph);
}
END_TEST

/* The numbers of walks begin again, and what they marked is no answer to later ones. */
START_TEST(walks_as_often_as_it_is_asked)
{
    struct lockgraph graph = {.walk = 0};
    uint32_t first = 1, second = 2, third = 3;
    ck_assert(lockgraph_ready(&graph, LIVES));
    ck_assert(lockgraph_add(&graph, first, second));
    ck_assert(lockgraph_leads(&graph, first, &second, 1));
    graph.walk = UINT32_MAX - 5;
    for (int i = 0; i < 4; i++) {
        ck_assert(lockgraph_leads(&graph, first, &second, 1));
        ck_assert(!lockgraph_leads(&graph, second, &first, 1));
        ck_assert(!lockgraph_leads(&graph, first, &third, 1));
    }
    lockgraph_done(&graph);
}
END_TEST

/* More edges leave a lock than a walk looks at: then the answer is that there may be a way. */
START_TEST(says_yes_after_too_many_steps)
{
    struct lockgraph graph = {.walk = 0};
    uint32_t lives = LOCKGRAPH_STEPS_MAX + 10, far = lives - 1;
    ck_assert(lockgraph_ready(&graph, lives));
    for (uint32_t lock = 1; lock < LOCKGRAPH_STEPS_MAX; lock++)
        ck_assert(lockgraph_add(&graph, 0, lock));
    ck_assert(!lockgraph_leads(&graph, 0, &far, 1));
    ck_assert(lockgraph_add(&graph, 0, LOCKGRAPH_STEPS_MAX));
    ck_assert(lockgraph_leads(&graph, 0, &far, 1));
    lockgraph_done(&graph);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hb_lockgraph");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, finds_the_ways_that_are_there);
    tcase_add_test(tests, walks_as_often_as_it_is_asked);
    tcase_add_test(tests, says_yes_after_too_many_steps);
    tcase_set_timeout(tests, 0);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
