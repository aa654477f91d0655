/*
 * Random scripts on the engine and on a naive search (P15): every request ever made is kept with the
 * full vector clock of the order without locks, and every list of requests is tried. The two must find
 * their first cycle at the same event, or both none.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "hb/hb.h"

enum { TASKS = 4, LOCKS = 4, EDGES = 2, EVENTS = 60, REQUESTS = EVENTS, SCRIPTS = 6000 };
#define LOCK_ADDR(i) (UINT64_C(0x10000000) + 64 * (uintptr_t)(i))
#define EDGE_ADDR(i) (UINT64_C(0x20000000) + 64 * (uintptr_t)(i))
#define PC 0x400000

struct held {
    bool held, shared;
};
struct request {
    int task, wanted;
    bool shared;
    struct held locks[LOCKS];
    uint32_t clock[TASKS];
};

struct script {
    uint64_t rng;
    struct hb *hb;
    struct hb_task *task[TASKS];
    struct hb_cursor cursor[TASKS];
    struct held locks[TASKS][LOCKS];
    uint32_t clock[TASKS][TASKS], edge[EDGES][TASKS];
    struct request requests[REQUESTS];
    int request_count;
    size_t engine_length;
    bool oracle_found;
};

static int draw(struct script *s, int n)
{
    return (int)rng_below(&s->rng, (uint32_t)n);
}

static void engine_found(void *arg, struct hb_task *task, const struct hb_order_edge *edges,
                         size_t count)
{
    struct script *s = arg;
    (void)task;
    s->engine_length = count;
    for (size_t i = 0; i < count; i++) {
        const struct hb_order_edge *next = &edges[(i + 1) % count];
        ck_assert_uint_eq(edges[i].wanted.addr, next->held.addr);
        ck_assert(!(edges[i].wanted.shared && next->held.shared));
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(edges[i].task, edges[j].task);
    }
}

/* ---- the naive search ---- */

static bool compatible(const struct request *a, const struct request *b)
{
    if (a->task == b->task || b->clock[a->task] >= a->clock[a->task] ||
        a->clock[b->task] >= b->clock[b->task])
        return false;
    for (int i = 0; i < LOCKS; i++)
        if (a->locks[i].held && b->locks[i].held && !(a->locks[i].shared && b->locks[i].shared))
            return false;
    return true;
}

static bool waits_for(const struct request *a, const struct request *b)
{
    const struct held *held = &b->locks[a->wanted];
    return held->held && !(held->shared && a->shared);
}

static bool search(const struct script *s, const struct request **path, int length)
{
    const struct request *last = path[length - 1];
    if (length > 1 && waits_for(last, path[0]))
        return true;
    for (int i = 0; i < s->request_count && length < TASKS; i++) {
        const struct request *next = &s->requests[i];
        bool fits = waits_for(last, next);
        for (int j = 0; j < length && fits; j++)
            fits = compatible(path[j], next);
        path[length] = next;
        if (fits && search(s, path, length + 1))
            return true;
    }
    return false;
}

/* ---- events ---- */

static bool lock_free(const struct script *s, int lock, bool shared)
{
    for (int t = 0; t < TASKS; t++)
        if (s->locks[t][lock].held && !(shared && s->locks[t][lock].shared))
            return false;
    return true;
}

static void event_lock(struct script *s, int t)
{
    int lock = draw(s, LOCKS);
    bool shared = lock >= LOCKS / 2 && draw(s, 2), tried = draw(s, 5) == 0;
    struct held *held = &s->locks[t][lock];
    if (held->held) {
        ck_assert(hb_lock_release(s->task[t], LOCK_ADDR(lock)));
        held->held = false;
        return;
    }
    if (!lock_free(s, lock, shared))
        return;
    struct request request = {.task = t, .wanted = lock, .shared = shared};
    memcpy(request.locks, s->locks[t], sizeof request.locks);
    memcpy(request.clock, s->clock[t], sizeof request.clock);
    bool others = false;
    for (int i = 0; i < LOCKS; i++)
        others = others || request.locks[i].held;
    if (others && !tried) {
        const struct request *path[TASKS] = {&s->requests[s->request_count]};
        s->requests[s->request_count++] = request;
        s->oracle_found = search(s, path, 1);
    }
    hb_lock_acquire(s->task[t], LOCK_ADDR(lock), lock >= LOCKS / 2 ? HB_RWLOCK : HB_MUTEX,
                    (shared ? HB_LOCK_SHARED : 0u) | (tried ? HB_LOCK_TRIED : 0u), PC);
    *held = (struct held){true, shared};
}

static void clock_join(uint32_t *into, const uint32_t *from)
{
    for (int i = 0; i < TASKS; i++)
        if (from[i] > into[i])
            into[i] = from[i];
}

static void event_edge(struct script *s, int t)
{
    int e = draw(s, EDGES);
    if (draw(s, 2)) {
        hb_release(s->task[t], EDGE_ADDR(e));
        clock_join(s->edge[e], s->clock[t]);
        s->clock[t][t]++;
    } else {
        hb_acquire(s->task[t], EDGE_ADDR(e));
        clock_join(s->clock[t], s->edge[e]);
    }
}

/* Returns the length of the cycle found. */
static size_t script_run(uint64_t seed)
{
    static struct script s;
    memset(&s, 0, sizeof s);
    s.rng = seed;
    struct hb_config config = {.lock_order = true};
    struct hb_callbacks callbacks = {.lock_order = engine_found, .arg = &s};
    s.hb = hb_create(&config, &callbacks);
    for (int t = 0; t < TASKS; t++) {
        s.task[t] = hb_task_create(s.hb, t ? s.task[0] : NULL, PC);
        s.cursor[t] = (struct hb_cursor)HB_CURSOR_INIT;
        hb_task_bind(s.task[t], &s.cursor[t]);
        s.clock[t][t] = 1;
    }
    for (int i = 0; i < EVENTS && !s.engine_length; i++) {
        int t = draw(&s, TASKS);
        if (draw(&s, 6))
            event_lock(&s, t);
        else
            event_edge(&s, t);
        ck_assert_msg((s.engine_length != 0) == s.oracle_found,
                      "seed %lu event %d: engine %zu, oracle %d", (unsigned long)seed, i,
                      s.engine_length, s.oracle_found);
    }
    for (int t = 0; t < TASKS; t++)
        hb_cursor_done(s.hb, &s.cursor[t]);
    hb_destroy(s.hb);
    return s.engine_length;
}

START_TEST(finds_what_the_naive_search_finds)
{
    size_t lengths[TASKS + 1] = {0};
    for (uint64_t seed = 1; seed <= SCRIPTS; seed++)
        lengths[script_run(seed)]++;
    /* All are there, or the test shows nothing. */
    ck_assert_uint_gt(lengths[0], 100);
    ck_assert_uint_gt(lengths[2], 100);
    ck_assert_uint_gt(lengths[3], 20);
    ck_assert_uint_gt(lengths[4], 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hb_lockorder");
    TCase *tcase = tcase_create("lockorder");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, finds_what_the_naive_search_finds);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
