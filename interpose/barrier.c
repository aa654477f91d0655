/*
 * barrier: P5. One clock a phase; the engine counts the arrivals.
 *
 * The real wait returns before we have told the engine of the departure; a thread that is quicker
 * may destroy the barrier meanwhile. So threads on their way out are counted, and destroying
 * waits for them (as the real pthread_barrier_destroy waits for those still inside).
 */
#include "base/sys.h"
#include "interpose/barrier.h"
#include "interpose/blocked.h"
#include "interpose/lock.h"
#include "interpose/misuse.h"

enum { LEAVING_MAX = 1024, DESTROY_PATIENCE = 1000000 };

struct leaving {
    uintptr_t barrier;
    uint32_t count; /* threads between arrive and depart */
};

static struct rt_lock lock;
static struct leaving table[LEAVING_MAX];
static uint32_t table_used; /* entries in use are before this one */

/* `change` is +1 or -1. Returns how many there are then. More than LEAVING_MAX barriers in use at
 * one moment: the rest are not protected. */
static uint32_t leaving_change(uintptr_t barrier, int change)
{
    uint32_t count = 0;
    struct leaving *entry = NULL;
    rt_lock_take(&lock);
    for (uint32_t i = 0; i < table_used; i++)
        if (table[i].count && table[i].barrier == barrier)
            entry = &table[i];
    for (uint32_t i = 0; i < LEAVING_MAX && !entry && change > 0; i++)
        if (!table[i].count) {
            entry = &table[i];
            entry->barrier = barrier;
            if (i >= table_used)
                table_used = i + 1;
        }
    if (entry)
        count = entry->count += (uint32_t)change;
    while (table_used && !table[table_used - 1].count)
        table_used--;
    rt_lock_give(&lock);
    return count;
}

/* The patience is for threads whose arrival we did not see. */
static void departures_await(uintptr_t barrier)
{
    for (int i = 0; i < DESTROY_PATIENCE; i++) {
        struct hb_task *task = rt_enter();
        if (!task)
            return;
        uint32_t count = leaving_change(barrier, 0);
        rt_leave();
        if (!count)
            return;
        sys_yield();
    }
}

void barrier_fork_child(void)
{
    rt_lock_give(&lock);
    table_used = 0;
    for (int i = 0; i < LEAVING_MAX; i++)
        table[i].count = 0;
}

INTERCEPT(int, pthread_barrier_init,
          (pthread_barrier_t * barrier, const pthread_barrierattr_t *attr, unsigned count))
{
    misuse_init(barrier, OBJECT_BARRIER, RT_CALLER);
    int result = REAL(pthread_barrier_init)(barrier, attr, count);
    struct hb_task *task = rt_enter();
    if (task) {
        if (!result)
            hb_barrier_create(task, (uintptr_t)barrier, count, RT_CALLER);
        else if (count == 0)
            misuse_report(task, MISUSE_BARRIER_OF_NONE, OBJECT_BARRIER, barrier, RT_CALLER,
                          (struct misuse_other){0});
        rt_leave();
    }
    return result;
}

INTERCEPT(int, pthread_barrier_destroy, (pthread_barrier_t * barrier))
{
    struct hb_task *task = rt_enter();
    if (task) {
        bool free = misuse_destroy(task, barrier, OBJECT_BARRIER, RT_CALLER);
        rt_leave();
        if (free)
            departures_await((uintptr_t)barrier);
    }
    int result = REAL(pthread_barrier_destroy)(barrier);
    task = result ? NULL : rt_enter();
    if (task) {
        hb_barrier_destroy(task, (uintptr_t)barrier, RT_CALLER);
        rt_leave();
    }
    return result;
}

INTERCEPT(int, pthread_barrier_wait, (pthread_barrier_t * barrier))
{
    struct hb_task *task = rt_enter();
    if (!task)
        return REAL(pthread_barrier_wait)(barrier);
    leaving_change((uintptr_t)barrier, 1);
    uint32_t phase = hb_barrier_arrive(task, (uintptr_t)barrier, RT_CALLER);
    struct blocked before = blocked_begin(task, OBJECT_BARRIER, (uintptr_t)barrier, RT_CALLER);
    rt_leave();

    int result = REAL(pthread_barrier_wait)(barrier);
    blocked_end(&before);

    task = rt_enter();
    if (task) {
        hb_barrier_depart(task, (uintptr_t)barrier, phase);
        leaving_change((uintptr_t)barrier, -1);
        rt_leave();
    }
    return result;
}
