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

void controlled_point(uint32_t what, const void *object, const void *pc)
{
    struct worker *w = worker_self();
    struct goroutine *g = goroutine_self();
    if (w && w->current == &w->idle)
        return; /* a timer's callback, say: nobody can go first */
    controlled->point(g->task, what, object, pc);
    if (w)
        rgo_yield();
}

struct goroutine *controlled_take(void)
{
    int64_t deadline = timers_sleep_begin(TIME_NEVER);
    timers_sleep_end();
    return controlled->next(deadline, netpoll_waiting() ? netpoll_descriptor() : -1);
}

static void controlled_put(struct goroutine *g, enum policy_event event)
{
    (void)event;
    controlled->runnable(g->task, g);
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
