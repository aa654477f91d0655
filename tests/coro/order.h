/*
 * order: a small detector for the tests of the runtime's hooks: each task has a vector clock, each
 * object a clock by its address. order_mark(i) notes where the calling goroutine is,
 * order_before(i, j) tells whether mark i happens before mark j by what the hooks were told.
 * order_accesses_race tells whether there was a read and a write, or two writes, of one address
 * without order.
 *
 * step_wait(n) and step_next() bring goroutines into an order that the hooks are not told of.
 */
#ifndef TESTS_CORO_ORDER_H
#define TESTS_CORO_ORDER_H

#include <pthread.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#define RGO_NO_SHORT_NAMES
#define RGO_NO_INLINE
#include "racerun/go.h"
#include "runtime.h"

#include "fake_hooks.h"

#define ORDER_TASKS 64
#define ORDER_MARKS 16
#define ORDER_OBJECTS 256
#define ORDER_ACCESSES 256

struct order_clock {
    unsigned at[ORDER_TASKS];
};
struct order_task {
    unsigned index;
    struct order_clock clock;
};
static struct {
    pthread_mutex_t mutex;
    struct order_task task[ORDER_TASKS];
    unsigned tasks;
    _Atomic unsigned ended;
    struct {
        const void *address;
        struct order_clock clock;
    } object[ORDER_OBJECTS];
    struct {
        unsigned task;
        struct order_clock clock;
    } mark[ORDER_MARKS];
    struct {
        const void *address;
        unsigned task;
        bool write;
        struct order_clock clock;
    } access[ORDER_ACCESSES];
    unsigned accesses;
    _Atomic unsigned step;
} order = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static inline void order_join(struct order_clock *to, const struct order_clock *from)
{
    for (unsigned i = 0; i < ORDER_TASKS; i++)
        if (to->at[i] < from->at[i])
            to->at[i] = from->at[i];
}

static inline struct order_clock *order_object(const void *address)
{
    unsigned i = 0;
    while (order.object[i].address && order.object[i].address != address)
        if (++i == ORDER_OBJECTS)
            abort();
    order.object[i].address = address;
    return &order.object[i].clock;
}

static inline void *order_task_create(void *creator, uint64_t id, const void *fn, const void *pc)
{
    (void)id, (void)fn, (void)pc;
    pthread_mutex_lock(&order.mutex);
    if (order.tasks == ORDER_TASKS)
        abort();
    struct order_task *task = &order.task[order.tasks];
    task->index = order.tasks++;
    struct order_task *parent = creator;
    if (parent) {
        task->clock = parent->clock;
        parent->clock.at[parent->index]++;
    }
    task->clock.at[task->index] = 1;
    pthread_mutex_unlock(&order.mutex);
    return task;
}
static inline void *order_task_main(void)
{
    return order_task_create(NULL, 0, NULL, NULL);
}
static inline void order_task_end(void *task)
{
    if (task) /* else it began before order_begin */
        order.ended++;
}

static inline void order_acquire(void *raw, const void *object)
{
    struct order_task *task = raw;
    pthread_mutex_lock(&order.mutex);
    order_join(&task->clock, order_object(object));
    pthread_mutex_unlock(&order.mutex);
}
static inline void order_release(void *raw, const void *object)
{
    struct order_task *task = raw;
    pthread_mutex_lock(&order.mutex);
    *order_object(object) = task->clock;
    task->clock.at[task->index]++;
    pthread_mutex_unlock(&order.mutex);
}
static inline void order_release_merge(void *raw, const void *object)
{
    struct order_task *task = raw;
    pthread_mutex_lock(&order.mutex);
    order_join(order_object(object), &task->clock);
    task->clock.at[task->index]++;
    pthread_mutex_unlock(&order.mutex);
}
/* What readers leave has a clock of its own, beside the lock's. */
static inline void order_locked(void *task, const void *lock, uint32_t how, const void *pc)
{
    (void)pc;
    order_acquire(task, lock);
    if (!(how & RGO_LOCK_READ))
        order_acquire(task, (const char *)lock + 1);
}
static inline void order_unlocked(void *task, const void *lock, uint32_t how)
{
    if (how & RGO_LOCK_READ)
        order_release_merge(task, (const char *)lock + 1);
    else
        order_release(task, lock);
}
static inline void order_unexpected(void *task, const void *object)
{
    (void)task, (void)object;
    abort();
}
static inline void order_meet(void *task, void *other)
{
    (void)task, (void)other;
    abort();
}
static inline void order_die(const void *object, size_t size)
{
    pthread_mutex_lock(&order.mutex);
    for (unsigned i = 0; i < ORDER_OBJECTS; i++) {
        const char *address = order.object[i].address;
        if (address && address >= (const char *)object && address < (const char *)object + size)
            memset(&order.object[i].clock, 0, sizeof order.object[i].clock);
    }
    pthread_mutex_unlock(&order.mutex);
}

static inline void order_access(struct order_task *task, const void *memory, bool write)
{
    pthread_mutex_lock(&order.mutex);
    if (order.accesses < ORDER_ACCESSES) {
        unsigned i = order.accesses++;
        order.access[i].address = memory;
        order.access[i].task = task->index;
        order.access[i].write = write;
        order.access[i].clock = task->clock;
    }
    pthread_mutex_unlock(&order.mutex);
}
static inline void order_read(void *task, const void *memory, size_t size, const void *pc)
{
    (void)size, (void)pc;
    order_access(task, memory, false);
}
static inline void order_write(void *task, const void *memory, size_t size, const void *pc)
{
    (void)size, (void)pc;
    order_access(task, memory, true);
}

static inline void order_use(void *task, const struct rgo_object *object, const uint32_t *word,
                             uint32_t side, const void *pc)
{
    (void)object, (void)pc;
    order_access(task, word, side != 0);
}

static const struct rgo_hooks order_hooks = {
    FAKE_HOOKS,
    .task_main = order_task_main,
    .task_create = order_task_create,
    .task_end = order_task_end,
    .acquire = order_acquire,
    .release = order_release,
    .release_merge = order_release_merge,
    .swap = order_unexpected,
    .meet = order_meet,
    .locked = order_locked,
    .unlocked = order_unlocked,
    .die = order_die,
    .read = order_read,
    .write = order_write,
    .use = order_use,
};

/* Before anything else uses the runtime's primitives. */
static inline void order_begin(void)
{
    struct goroutine *self = goroutine_self();
    runtime_hooks = &order_hooks;
    rgo_observed = 1;
    self->task = order_task_main();
}

/* All that began since order_reset. */
static inline void goroutines_wait_all(void)
{
    while (order.ended + 1 < order.tasks)
        rgo_yield();
}

/* Forgets everything; main is the only task then. */
static inline void order_reset(void)
{
    goroutines_wait_all(); /* a late end would be taken for one of the next test's */
    pthread_mutex_lock(&order.mutex);
    order.tasks = 1;
    order.ended = 0;
    memset(&order.task, 0, sizeof order.task);
    memset(&order.object, 0, sizeof order.object);
    order.accesses = 0;
    order.task[0].clock.at[0] = 1;
    order.step = 0;
    pthread_mutex_unlock(&order.mutex);
}

static inline void order_mark(unsigned i)
{
    struct order_task *task = goroutine_self()->task;
    pthread_mutex_lock(&order.mutex);
    order.mark[i].task = task->index;
    order.mark[i].clock = task->clock;
    pthread_mutex_unlock(&order.mutex);
}

static inline bool order_before(unsigned i, unsigned j)
{
    unsigned task = order.mark[i].task;
    return order.mark[i].clock.at[task] <= order.mark[j].clock.at[task];
}

static inline bool order_accesses_race(void)
{
    for (unsigned i = 0; i < order.accesses; i++)
        for (unsigned j = i + 1; j < order.accesses; j++) {
            unsigned task = order.access[i].task;
            if (order.access[i].address == order.access[j].address &&
                (order.access[i].write || order.access[j].write) &&
                order.access[i].clock.at[task] > order.access[j].clock.at[task])
                return true;
        }
    return false;
}

static inline void step_wait(unsigned n)
{
    while (order.step < n)
        rgo_yield();
}
static inline void step_next(void)
{
    order.step++;
}
/* Until g parks for this reason: nothing but its state tells. */
static inline void wait_until_parked(struct goroutine *g, enum wait_reason reason)
{
    while (atomic_load(&g->state) != GOROUTINE_WAITING || g->reason != reason)
        rgo_yield();
}
/* All tests of one file, without a fork: main stays goroutine 1. */
static inline int tests_run(const char *name, const TTest *const *tests, size_t count)
{
    TCase *tcase = tcase_create(name);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    tcase_set_timeout(tcase, 0);
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
#define TESTS_RUN(name, ...)                                                                       \
    tests_run(name, (const TTest *const[]){__VA_ARGS__},                                           \
              sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

#endif
