/*
 * All primitives at once, by goroutines and by a thread; the invariants hold.
 * stdout-only: sum right, semaphore empty, map right, items right
 */
#include <pthread.h>
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>

enum { GOROUTINES = 12, ROUNDS = 8000, SLOTS = 3 };

static mutex m, queue_mutex;
static rwmutex rw;
static cond not_empty = {.locker = &queue_mutex}, not_full = {.locker = &queue_mutex};
static semaphore slots = {.size = SLOTS};
static once o;
static map table;
static waitgroup wg;
static long sum, pair[2], queued, produced, consumed, out, made;

static void *item_make(void *context)
{
    (void)context;
    rgo_atomic_add(&made, 1);
    return calloc(1, sizeof(int));
}
static void item_free(void *item, void *context)
{
    (void)context;
    rgo_atomic_add(&made, -1);
    free(item);
}
static pool items = {.make = item_make, .destroy = item_free};

static void check(int right, const char *what)
{
    if (right)
        return;
    printf("wrong: %s\n", what);
    exit(1);
}

static long once_count;
static void called_once(void)
{
    go_yield();
    once_count++;
}

static void step_locks(int i)
{
    with_mutex(&m)
    {
        sum++;
        if (i % 16 == 0)
            go_yield();
    }
    if (i % 4 == 0) {
        rwmutex_lock(&rw);
        pair[0]++;
        if (i % 32 == 0)
            go_yield();
        pair[1]++;
        rwmutex_unlock(&rw);
    } else {
        rwmutex_rlock(&rw);
        check(pair[0] == pair[1], "a reader saw half of a write");
        rwmutex_runlock(&rw);
    }
    once_do(&o, called_once);
    check(once_count == 1, "once");
}

static void step_queue(int i)
{
    mutex_lock(&queue_mutex);
    if (i % 2) {
        while (queued == 0)
            cond_wait(&not_empty);
        queued--, consumed++;
        cond_signal(&not_full);
    } else {
        while (queued == 2 * GOROUTINES)
            cond_wait(&not_full);
        queued++, produced++;
        if (i % 64)
            cond_signal(&not_empty);
        else
            cond_broadcast(&not_empty);
    }
    mutex_unlock(&queue_mutex);
}

static void step_rest(int self, int i)
{
    int64_t n = i % SLOTS + 1;
    if (i % 8 || semaphore_acquire_for(&slots, n, 20000)) {
        if (i % 8)
            semaphore_acquire(&slots, n);
        check(rgo_atomic_add(&out, n) <= SLOTS, "semaphore");
        if (i % 16 == 1)
            go_yield();
        rgo_atomic_add(&out, -n);
        semaphore_release(&slots, n);
    }
    int *item = pool_get(&items);
    check(rgo_atomic_add(item, 1) == 1, "an item of two users");
    rgo_atomic_add(item, -1);
    pool_put(&items, item);
    void *value;
    map_store(&table, map_key(self), (void *)(size_t)i);
    check(map_load(&table, map_key(self), &value) && value == (void *)(size_t)i, "map");
    map_load_and_delete(&table, map_key((self + 1) % GOROUTINES + 1000), NULL);
    map_store(&table, map_key(self + 1000), NULL);
}

static void work(int self)
{
    for (int i = 0; i < ROUNDS; i++) {
        step_locks(i);
        step_queue(i);
        step_rest(self, i);
    }
    waitgroup_done(&wg);
}

static void *thread_work(void *unused)
{
    work(GOROUTINES);
    return unused;
}

int main(void)
{
    pthread_t thread;
    waitgroup_add(&wg, GOROUTINES + 1);
    for (int i = 0; i < GOROUTINES; i++)
        go(work, i);
    if (pthread_create(&thread, NULL, thread_work, NULL))
        return 1;
    waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    long all = (GOROUTINES + 1L) * ROUNDS;
    check(sum == all && pair[0] == all / 4, "a sum");
    check(produced == consumed && queued == 0, "the queue");
    pool_done(&items);
    check(made == 0, "items lost");
    map_done(&table, NULL);
    printf("sum right, semaphore %s, map right, items right\n", slots.held ? "held" : "empty");
    return 0;
}
