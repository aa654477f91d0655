/* See controlled.h. */
#include "controlled.h"

#include "netpoll.h"
#include "policy.h"
#include "timer.h"
#include "worker.h"

const struct rgo_control *controlled;

/* The goroutine that runs is runnable, and others may go first. */
static void controlled_yield(void)
{
    struct worker *w = worker_self();
    if (w && w->current != &w->idle)
        rgo_yield();
}

bool controlled_start(void)
{
    if (!runtime_hooks || !runtime_hooks->control)
        return false;
    controlled = runtime_hooks->control;
    controlled->begin(controlled_yield);
    return true;
}

void controlled_points(uint32_t what, const void *const *objects, uint32_t count, const void *pc)
{
    struct worker *w = worker_self();
    if (w && w->current == &w->idle) { /* a timer's callback, say: nobody can go first */
        for (uint32_t i = 0; i < count; i++)
            controlled->touch(objects[i]);
        return;
    }
    if (controlled->point(goroutine_self()->task, what, objects, count, pc) && w)
        rgo_yield();
}

void controlled_point(uint32_t what, const void *object, const void *pc)
{
    controlled_points(what, &object, object != NULL, pc);
}

/* Callbacks of timers act for whoever the worker's current goroutine is: that must be its idle
 * context. One that comes from elsewhere leaves it a note. */
struct goroutine *controlled_take(void)
{
    static bool look;
    struct worker *w = worker_self();
    for (;;) {
        if (look && w->current != &w->idle)
            return NULL;
        if (look) {
            look = false;
            timers_run(time_now());
            netpoll_run(0);
        }
        int64_t deadline = timers_sleep_begin(TIME_NEVER);
        timers_sleep_end();
        void *next = controlled->next(deadline, netpoll_waiting() ? netpoll_descriptor() : -1);
        if (next != RGO_CONTROL_LOOK)
            return next;
        look = true;
    }
}

static void controlled_put(struct goroutine *g, enum policy_event event)
{
    controlled->runnable(g->task, g, event == POLICY_YIELDED);
}

static struct goroutine *policy_take_nothing(struct worker *w)
{
    (void)w;
    return NULL;
}

static bool policy_is_empty(void)
{
    return true;
}

const struct policy controlled_policy = {
    .name = "controlled",
    .put = controlled_put,
    .take = policy_take_nothing, /* controlled_take */
    .empty = policy_is_empty,
};
