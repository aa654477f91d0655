/* Stress scenarios: locks, pools, maps, storage of one's own; see stress.c. */
#include "stress.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- locks ---- */

struct guarded {
    mutex m;
    rwmutex rw;
    cond c;
    once once;
    semaphore s;
    waitgroup wg;
    int64_t a, b, holding, most, made, queued;
};

static void locks(struct guarded *g, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        if (i % 5 == 0 && mutex_trylock(&g->m)) {
            g->a++;
            mutex_unlock(&g->m);
            continue;
        }
        with_mutex(&g->m)
        {
            int64_t before = g->a;
            if (i % 4 == 0)
                go_yield();
            g->a = before + 1;
        }
    }
    waitgroup_done(&g->wg);
}

static void reads_writes(struct guarded *g, int id, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        if ((i + id) % 4) {
            rwmutex_rlock(&g->rw);
            CHECK(g->a == g->b);
            if (i % 3 == 0)
                go_yield();
            CHECK(g->a == g->b);
            rwmutex_runlock(&g->rw);
        } else {
            rwmutex_lock(&g->rw);
            g->a++;
            go_yield();
            g->b++;
            rwmutex_unlock(&g->rw);
        }
    }
    waitgroup_done(&g->wg);
}

static void limited(struct guarded *g, int n, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        if (i % 3) {
            semaphore_acquire(&g->s, n);
        } else if (!semaphore_acquire_for(&g->s, n, us(50 * (i % 4)))) {
            continue;
        }
        int64_t now = rgo_atomic_add(&g->holding, n);
        CHECK(now <= g->most);
        go_yield();
        rgo_atomic_add(&g->holding, -n);
        semaphore_release(&g->s, n);
    }
    waitgroup_done(&g->wg);
}

static void queues(struct guarded *g, int delta, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        mutex_lock(&g->m);
        while (delta > 0 ? g->queued >= 4 : g->queued <= 0)
            cond_wait(&g->c);
        g->queued += delta;
        cond_broadcast(&g->c);
        mutex_unlock(&g->m);
    }
    waitgroup_done(&g->wg);
}

static void make_one(void *raw)
{
    struct guarded *g = raw;
    go_yield();
    g->made++;
}

static void makes(struct guarded *g)
{
    once_do_with(&g->once, make_one, g);
    CHECK(g->made == 1);
    waitgroup_done(&g->wg);
}

void stress_lockings(struct random *random)
{
    struct guarded g = {.most = 5};
    int count = 2 * between(random, 1, 6), rounds = between(random, 1, 50);
    int way = between(random, 0, 4);
    cond_init(&g.c, &g.m);
    semaphore_init(&g.s, g.most);
    waitgroup_add(&g.wg, count);
    for (int i = 0; i < count; i++) {
        switch (way) {
        case 0:
            go(locks, &g, rounds);
            break;
        case 1:
            go(reads_writes, &g, i, rounds);
            break;
        case 2:
            go(limited, &g, i % 5 + 1, rounds);
            break;
        case 3:
            go(queues, &g, i % 2 ? 1 : -1, rounds);
            break;
        default:
            go(makes, &g);
        }
    }
    waitgroup_wait(&g.wg);
    CHECK(way != 0 || g.a == (int64_t)count * rounds);
    CHECK(g.holding == 0 && g.queued == 0 && g.made == (way == 4));
}

/* ---- pool, map, storage of one's own ---- */

static void *item_make(void *number)
{
    rgo_atomic_add((int64_t *)number, 1);
    return calloc(1, sizeof(int));
}

static void item_destroy(void *item, void *number)
{
    rgo_atomic_add((int64_t *)number, -1);
    free(item);
}

static void borrows(pool *p, int rounds, waitgroup *wg)
{
    for (int i = 0; i < rounds; i++) {
        int *item = pool_get(p);
        CHECK(rgo_atomic_swap(item, 1) == 0); /* nobody else has it */
        if (i % 3 == 0)
            go_yield();
        CHECK(rgo_atomic_swap(item, 0) == 1);
        pool_put(p, item);
    }
    waitgroup_done(wg);
}

void stress_poolings(struct random *random)
{
    int64_t there = 0;
    pool p = {.make = item_make, .destroy = item_destroy, .context = &there};
    waitgroup wg = {0};
    int count = between(random, 1, 12);
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(borrows, &p, between(random, 1, 60), &wg);
    waitgroup_wait(&wg);
    CHECK(there <= count);
    pool_done(&p);
    CHECK(there == 0);
}

static void claims(map *m, int keys, int *mine, int64_t *won, waitgroup *wg)
{
    char text[16];
    for (int i = 0; i < keys; i++) {
        void *there;
        snprintf(text, sizeof text, "key %d", i);
        rgo_key key = i % 2 ? key_string(text) : key_number((uint64_t)i);
        if (!map_load_or_store(m, key, mine, &there))
            rgo_atomic_add(won, 1);
        CHECK(map_load(m, key, &there) && there);
    }
    waitgroup_done(wg);
}

void stress_mappings(struct random *random)
{
    map m = {0};
    int count = between(random, 1, 8), keys = between(random, 0, 80), names[8];
    int64_t won = 0;
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(claims, &m, keys, &names[i], &won, &wg);
    waitgroup_wait(&wg);
    CHECK(won == keys && map_count(&m) == (size_t)keys);
    for (int i = 0; i < keys; i += 2)
        map_delete(&m, key_number((uint64_t)i));
    CHECK(map_count(&m) == (size_t)(keys / 2));
    map_done(&m, NULL);
}

static const char local_key;

static void local_gone(void *value)
{
    rgo_atomic_add((int64_t *)value, 1);
}

static void keeps(int64_t *gone, waitgroup *wg)
{
    go_local_set(&local_key, gone, local_gone);
    go_yield();
    CHECK(go_local_get(&local_key) == gone);
    waitgroup_done(wg);
}

void stress_locals(struct random *random)
{
    int count = between(random, 1, 40);
    int64_t *gone = calloc(1, sizeof *gone);
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(keeps, gone, &wg);
    waitgroup_wait(&wg);
    while (rgo_atomic_load(gone) < count)
        go_yield();
    free(gone);
}
