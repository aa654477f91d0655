#include "hb/lockorder.h"

#include <string.h>

#include "base/check.h"
#include "hb/must.h"

enum {
    REQUESTS_MAX = 1 << 18,
    HELDS_MAX = 1 << 20,
    BUCKETS = 1 << 16,
    LIVES_MAX = 1 << 24, /* those with higher numbers are not looked at */
};

/* Made with the first request: most programs never hold two locks at once. */
static bool lockorder_ready(struct lockorder *order)
{
    if (order->ready)
        return true;
    if (!order->buckets)
        order->buckets = sys_reserve(sizeof *order->buckets * BUCKETS);
    if (!order->holders)
        order->holders = sys_reserve(sizeof *order->holders * LIVES_MAX);
    if (!order->buckets || !order->holders || !lockgraph_ready(&order->graph, LIVES_MAX))
        return false;
    arena_init(&order->requests, sizeof(struct order_request), REQUESTS_MAX, SIZE_MAX,
               "too many orders of locks");
    arena_init(&order->helds, sizeof(struct order_held), HELDS_MAX, SIZE_MAX,
               "too many orders of locks");
    order->ready = true;
    return true;
}

void lockorder_done(struct lockorder *order)
{
    if (order->ready) {
        arena_done(&order->requests);
        arena_done(&order->helds);
    }
    lockgraph_done(&order->graph);
    if (order->buckets)
        sys_release(order->buckets, sizeof *order->buckets * BUCKETS);
    if (order->holders)
        sys_release(order->holders, sizeof *order->holders * LIVES_MAX);
}

static struct order_request *request_at(const struct lockorder *order, uint32_t index)
{
    return arena_at(&order->requests, index);
}

static struct order_held *held_at(const struct lockorder *order, uint32_t index)
{
    return arena_at(&order->helds, index);
}

/* ---- keeping ---- */

static void forget_all(struct lockorder *order)
{
    atomic_store_explicit(&order->requests.used, 1, memory_order_relaxed);
    atomic_store_explicit(&order->helds.used, 1, memory_order_relaxed);
    memset(order->buckets, 0, sizeof *order->buckets * BUCKETS);
    sys_discard(order->holders, sizeof *order->holders * LIVES_MAX);
    lockgraph_forget(&order->graph);
    atomic_fetch_add(&order->generation, 1);
}

static bool same_lock(const struct order_lock *a, const struct order_lock *b)
{
    return a->life == b->life && a->shared == b->shared;
}

/* But for their epochs. */
static bool same_request(const struct lockorder *order, const struct order_request *a,
                         const struct order_request *b, const struct order_lock *b_held)
{
    if (a->hash != b->hash || a->task != b->task || a->held_count != b->held_count ||
        a->forks != b->forks || !same_lock(&a->wanted, &b->wanted))
        return false;
    for (uint32_t i = 0; i < a->held_count; i++)
        if (!same_lock(&held_at(order, a->held_first + i)->lock, &b_held[i]))
            return false;
    return true;
}

static uint32_t request_keep(struct lockorder *order, const struct order_request *request,
                             const struct order_lock *held)
{
    uint32_t *bucket = &order->buckets[request->hash % BUCKETS], times = 0;
    for (uint32_t i = *bucket; i; i = request_at(order, i)->next) {
        struct order_request *found = request_at(order, i);
        if (!same_request(order, found, request, held))
            continue;
        if (found->epoch != request->epoch && ++times < ORDER_TIMES)
            continue;
        if (found->epoch !=
            request->epoch) { /* of one epoch the first is ordered with the fewest */
            found->epoch = request->epoch;
            found->must = request->must;
        }
        return i;
    }
    uint32_t index = arena_alloc(&order->requests), first = 0;
    for (uint32_t i = 0; i < request->held_count; i++) {
        uint32_t at = arena_alloc(&order->helds);
        first = i ? first : at;
        uint32_t *list = &order->holders[held[i].life];
        *held_at(order, at) = (struct order_held){.request = index, .next = *list, .lock = held[i]};
        *list = at;
    }
    struct order_request *kept = request_at(order, index);
    *kept = *request;
    kept->held_first = first;
    kept->next = *bucket;
    *bucket = index;
    return index;
}

/* ---- searching ---- */

struct search {
    const struct lockorder *order;
    const struct must *must;
    uint32_t depth, steps;
    uint32_t path[ORDER_LENGTH_MAX];  /* requests */
    uint32_t holds[ORDER_LENGTH_MAX]; /* through which order_held the one before waits for it */
    uint32_t next[ORDER_LENGTH_MAX];  /* to be tried behind it */
};

static bool ordered(const struct must *must, const struct order_request *a,
                    const struct order_request *b)
{
    return must_get(must, b->must, a->task) >= a->epoch ||
           must_get(must, a->must, b->task) >= b->epoch;
}

static bool have_gate(const struct lockorder *order, const struct order_request *a,
                      const struct order_request *b)
{
    for (uint32_t i = 0; i < a->held_count; i++) {
        const struct order_lock *x = &held_at(order, a->held_first + i)->lock;
        for (uint32_t j = 0; j < b->held_count; j++) {
            const struct order_lock *y = &held_at(order, b->held_first + j)->lock;
            if (x->life == y->life && !(x->shared && y->shared))
                return true;
        }
    }
    return false;
}

/* The request can stand where it does while all of the path stand at theirs. */
static bool fits(const struct search *s, const struct order_request *request)
{
    for (uint32_t i = 0; i <= s->depth; i++) {
        const struct order_request *other = request_at(s->order, s->path[i]);
        if (other->task == request->task || other->forks != request->forks ||
            ordered(s->must, other, request) || have_gate(s->order, other, request))
            return false;
    }
    return true;
}

/* The order_held of the first request that this one waits for; 0 = none. */
static uint32_t closes(const struct search *s, const struct order_request *request)
{
    const struct order_request *first = request_at(s->order, s->path[0]);
    for (uint32_t i = 0; i < first->held_count; i++) {
        const struct order_lock *lock = &held_at(s->order, first->held_first + i)->lock;
        if (lock->life == request->wanted.life && !(lock->shared && request->wanted.shared))
            return first->held_first + i;
    }
    return 0;
}

static bool cycle_is_possible(struct lockorder *order, const struct order_request *request,
                              const struct order_lock *held)
{
    uint32_t lives[ORDER_HELD_MAX];
    bool known = true;
    for (uint32_t i = 0; i < request->held_count; i++) {
        lives[i] = held[i].life;
        known = lockgraph_add(&order->graph, held[i].life, request->wanted.life) && known;
    }
    return !known ||
           lockgraph_leads(&order->graph, request->wanted.life, lives, request->held_count);
}

/* Depth first, by hand: the stack is a stranger's. */
static bool cycle_find(struct search *s)
{
    s->next[0] = s->order->holders[request_at(s->order, s->path[0])->wanted.life];
    while (s->steps++ < ORDER_STEPS_MAX) {
        uint32_t at = s->next[s->depth];
        if (!at && s->depth == 0)
            return false;
        if (!at) {
            s->depth--;
            continue;
        }
        const struct order_held *held = held_at(s->order, at);
        s->next[s->depth] = held->next;
        const struct order_lock *wanted = &request_at(s->order, s->path[s->depth])->wanted;
        const struct order_request *request = request_at(s->order, held->request);
        if ((wanted->shared && held->lock.shared) || s->depth + 1 == ORDER_LENGTH_MAX ||
            !fits(s, request))
            continue;
        s->depth++;
        s->path[s->depth] = held->request;
        s->holds[s->depth] = at;
        s->next[s->depth] = s->order->holders[request->wanted.life];
        s->holds[0] = closes(s, request);
        if (s->holds[0])
            return true;
    }
    return false;
}

uint32_t lockorder_add(struct lockorder *order, const struct must *must,
                       const struct order_request *request, const struct order_lock *held,
                       struct order_edge *ret_edges)
{
    if (request->wanted.life >= LIVES_MAX || request->held_count > ORDER_HELD_MAX)
        return 0;
    for (uint32_t i = 0; i < request->held_count; i++)
        if (held[i].life >= LIVES_MAX || held[i].life == request->wanted.life)
            return 0;
    uint32_t length = 0;
    spin_lock(&order->lock);
    if (lockorder_ready(order)) {
        if (atomic_load_explicit(&order->requests.used, memory_order_relaxed) + 1 >= REQUESTS_MAX ||
            atomic_load_explicit(&order->helds.used, memory_order_relaxed) + ORDER_HELD_MAX >=
                HELDS_MAX)
            forget_all(order);
        struct search s = {.order = order, .must = must};
        s.path[0] = request_keep(order, request, held);
        length = cycle_is_possible(order, request, held) && cycle_find(&s) ? s.depth + 1 : 0;
        for (uint32_t i = 0; i < length; i++) {
            const struct order_request *found = request_at(order, s.path[i]);
            ret_edges[i] =
                (struct order_edge){found->task, found->wanted, held_at(order, s.holds[i])->lock};
        }
    }
    spin_unlock(&order->lock);
    return length;
}
