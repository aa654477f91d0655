/* See flow.h. */
#define RGO_NO_SHORT_NAMES
#include "flow.h"
#include "fork.h"

#include <stdlib.h>
#include <string.h>

struct flow {
    struct lock lock; /* the hooks' calls for one object come one at a time */
    unsigned ends;    /* guarded by flows_lock */
    char clock[2];    /* their addresses: what side 0 and side 1 write */
    struct flow *next;
    char *first, *second; /* its addresses while it looks for its other end, else NULL */
};

static struct lock flows_lock;
FORK_LOCK(flows_fork_lock, flows_lock);
static struct flow *flows_alone;

void flow_join(struct rgo_conn *a, struct rgo_conn *b)
{
    struct flow *flow = runtime_hooks ? calloc(1, sizeof *flow) : NULL;
    if (!flow)
        return;
    flow->ends = 2;
    a->flow = b->flow = flow;
    a->flow_side = 0;
    b->flow_side = 1;
}

static bool flow_matches(const struct flow *flow, const char *local, const char *remote)
{
    return strcmp(flow->first, remote) == 0 && strcmp(flow->second, local) == 0;
}

/* Under flows_lock: takes the one out of the list whose addresses are these. */
static struct flow *flow_take(const char *local, const char *remote)
{
    for (struct flow **link = &flows_alone; *link; link = &(*link)->next)
        if (flow_matches(*link, local, remote)) {
            struct flow *flow = *link;
            *link = flow->next;
            return flow;
        }
    return NULL;
}

static void flow_found(struct rgo_conn *c, struct flow *flow)
{
    free(flow->first);
    free(flow->second);
    flow->first = flow->second = NULL;
    flow->ends = 2;
    c->flow = flow;
    c->flow_side = 1;
}

void flow_find(struct rgo_conn *c)
{
    if (LIKELY(!runtime_hooks))
        return;
    const char *local = rgo_conn_local(c), *remote = rgo_conn_remote(c);
    struct flow *made = *local && *remote ? calloc(1, sizeof *made) : NULL;
    if (!made)
        return;
    made->ends = 1;
    made->first = strdup(local);
    made->second = strdup(remote);
    bool complete = made->first && made->second;
    lock_take(&flows_lock);
    struct flow *other = flow_take(local, remote);
    if (other) {
        flow_found(c, other);
    } else if (complete) {
        made->next = flows_alone;
        flows_alone = made;
        c->flow = made;
    }
    lock_release(&flows_lock);
    if (other || !complete) {
        free(made->first);
        free(made->second);
        free(made);
    }
}

void flow_leave(struct rgo_conn *c)
{
    struct flow *flow = c->flow;
    if (LIKELY(!flow))
        return;
    c->flow = NULL;
    lock_take(&flows_lock);
    bool last = --flow->ends == 0;
    if (flow->first)
        for (struct flow **link = &flows_alone; *link; link = &(*link)->next)
            if (*link == flow) {
                *link = flow->next;
                break;
            }
    lock_release(&flows_lock);
    if (!last)
        return;
    HOOK(die(flow->clock, sizeof flow->clock));
    free(flow->first);
    free(flow->second);
    free(flow);
}

void flow_told_write(struct rgo_conn *c, const void *memory, size_t size, const void *pc)
{
    void *task = goroutine_self()->task;
    if (size)
        HOOK(read(task, memory, size, pc));
    struct flow *flow = c->flow;
    if (!flow)
        return;
    lock_take(&flow->lock);
    HOOK(release_merge(task, &flow->clock[c->flow_side]));
    lock_release(&flow->lock);
}

void flow_told_read(struct rgo_conn *c, void *memory, size_t size, const void *pc)
{
    void *task = goroutine_self()->task;
    struct flow *flow = c->flow;
    if (flow) {
        lock_take(&flow->lock);
        HOOK(acquire(task, &flow->clock[!c->flow_side]));
        lock_release(&flow->lock);
    }
    if (size)
        HOOK(write(task, memory, size, pc));
}
