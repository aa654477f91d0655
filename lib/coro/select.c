/*
 * Select. First it looks at the channels without their locks; if cases look ready, it draws one,
 * takes that channel's lock alone and does the operation, which mostly succeeds. Else it takes all
 * the locks, looks again, and queues a waiter for each case; the first to claim the select does its
 * case for it.
 *
 * - The locks of all channels are taken in the order of their addresses, each once. Only select
 * holds several, and it takes no other lock meanwhile, so nobody waits in a circle.
 * - That no case is ready (default, timeout 0, and before waiting) is decided only under all the
 * locks: it was true at one moment. While they are held, cases only cease to be ready, as waiters
 * of other selects are claimed elsewhere.
 * - `claimed` decides among those who complete a case or fire the timeout: whoever sets it from 0
 * to 1 may make the goroutine ready, and must. From the moment when the waiters are queued and the
 * locks released that may happen, even before park(): see runtime.h on how ready() and park()
 * overlap.
 * - Waiters that lost are taken out of their queues, each under its channel's lock, and the timer
 * is stopped, before the frame that they are in is left. A channel that was freed after the select
 * was decided lives until then.
 * - The draw is one runtime_random among those that are ready, none if there is only one: a choice
 * point.
 *
 * What the detector is told: the elements of all send cases are read on entry (G14); for the chosen
 * case what chan.c tells of that operation, also when a partner does it (G11), and nothing for
 * others (G13). Timeout and default order nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "controlled.h"
#include "chan.h"
#include "timer.h"

#define NO_CASE UINT32_MAX

/* ---- memory ---- */

struct block {
    struct block *next;
    unsigned char bytes[] __attribute__((aligned(16)));
};

void *rgo_select_block_(struct rgo_select_ *s, size_t size)
{
    struct block *block = size <= PTRDIFF_MAX ? malloc(sizeof *block + size) : NULL;
    if (!block)
        fatal_text("runtime: cannot allocate memory for a select");
    block->next = s->blocks;
    s->blocks = block;
    return block->bytes;
}

void rgo_select_blocks_free_(struct rgo_select_ *s)
{
    while (s->blocks) {
        struct block *block = s->blocks;
        s->blocks = block->next;
        free(block);
    }
}

/* Doubles the room; the old cases stay in their block until the end. */
struct rgo_select_case_ *rgo_select_grow_(struct rgo_select_ *s)
{
    if (s->count >= RGO_SELECT_CASES_MAX) {
        rgo_select_blocks_free_(s);
        panic_text("select: too many cases");
    }
    struct rgo_select_case_ *cases = rgo_select_block_(s, 2 * s->room * sizeof *cases);
    memcpy(cases, s->cases, s->count * sizeof *cases);
    s->cases = cases;
    s->room *= 2;
    return &cases[s->count];
}

/* ---- the locks ---- */

/* The channels of all cases, each once, by address. */
struct lock_order {
    rgo_chan **channels;
    size_t count;
};

static int address_compare(const void *left, const void *right)
{
    const rgo_chan *a = *(rgo_chan *const *)left, *b = *(rgo_chan *const *)right;
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static void sort(rgo_chan **channels, size_t count)
{
    if (count > RGO_SELECT_SMALL_) {
        qsort(channels, count, sizeof *channels, address_compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        rgo_chan *moving = channels[i];
        size_t at = i;
        for (; at > 0 && (uintptr_t)channels[at - 1] > (uintptr_t)moving; at--)
            channels[at] = channels[at - 1];
        channels[at] = moving;
    }
}

static struct lock_order lock_order_make(const struct rgo_select_ *s, rgo_chan **room)
{
    for (uint32_t i = 0; i < s->count; i++)
        room[i] = s->cases[i].channel;
    sort(room, s->count);
    struct lock_order order = {.channels = room};
    for (uint32_t i = 0; i < s->count; i++)
        if (!order.count || room[order.count - 1] != room[i])
            room[order.count++] = room[i];
    return order;
}

static void locks_take(const struct lock_order *order)
{
    for (size_t i = 0; i < order->count; i++)
        lock_take(&order->channels[i]->lock);
}

static void locks_release(const struct lock_order *order)
{
    for (size_t i = order->count; i-- > 0;)
        lock_release(&order->channels[i]->lock);
}

/* ---- choosing ---- */

static bool case_hint(const struct rgo_select_case_ *one)
{
    return one->sends ? chan_send_hint(one->channel) : chan_receive_hint(one->channel);
}

/* The index of a case that looks ready, each as likely as the others; NO_CASE. */
static uint32_t case_draw(const struct rgo_select_ *s)
{
    uint32_t first = NO_CASE, looking_ready = 0;
    for (uint32_t i = 0; i < s->count; i++)
        if (case_hint(&s->cases[i]) && !looking_ready++)
            first = i;
    if (looking_ready < 2)
        return first;
    uint32_t skip = runtime_random(looking_ready);
    for (uint32_t i = first; i < s->count; i++)
        if (case_hint(&s->cases[i]) && !skip--)
            return i;
    return first; /* others were faster */
}

/* Does the case, under its channel's lock, if that is possible. */
static enum chan_result case_do(const struct rgo_select_case_ *one, const void *pc,
                                struct waiter **ret_peer)
{
    if (one->sends)
        return chan_send_now(one->channel, one->value, true, pc, ret_peer);
    return chan_receive_now(one->channel, one->value, true, pc, ret_peer);
}

/* The case was done, and all locks are released. */
static void case_done(struct rgo_select_ *s, uint32_t index, bool ok, const void *pc)
{
    const struct rgo_select_case_ *one = &s->cases[index];
    const rgo_chan *closed = one->sends && !ok ? one->channel : NULL;
    if (one->ret_ok) {
        *one->ret_ok = ok;
        HOOK(write(goroutine_self()->task, one->ret_ok, sizeof ok, pc));
    }
    s->hit = one->clause;
    if (UNLIKELY(s->blocks != NULL))
        rgo_select_blocks_free_(s);
    if (UNLIKELY(closed != NULL))
        panic_on_channel(CHAN_SEND_CLOSED, closed);
}

static void no_case_done(struct rgo_select_ *s, uint32_t clause)
{
    s->hit = clause;
    if (UNLIKELY(s->blocks != NULL))
        rgo_select_blocks_free_(s);
}

/* With one lock only. */
static bool select_fast(struct rgo_select_ *s, const void *pc)
{
    uint32_t index = case_draw(s);
    if (index == NO_CASE)
        return false;
    rgo_chan *c = s->cases[index].channel;
    struct waiter *peer = NULL;
    lock_take(&c->lock);
    enum chan_result result = case_do(&s->cases[index], pc, &peer);
    lock_release(&c->lock);
    if (result == CHAN_WAIT)
        return false;
    if (peer)
        ready(peer->g, peer);
    case_done(s, index, result == CHAN_DONE, pc);
    return true;
}

/* ---- under a controller ---- */

enum { NAMED_MAX = 8 }; /* with more channels than these it takes all that there are for one */

static void select_point(const struct rgo_select_ *s, const void *pc)
{
    const void *channels[NAMED_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->count && count < NAMED_MAX; i++) {
        bool named = false;
        for (uint32_t j = 0; j < count && !named; j++)
            named = channels[j] == s->cases[i].channel;
        if (!named)
            channels[count++] = s->cases[i].channel;
    }
    controlled_points(RGO_POINT_SELECT, channels, count, pc);
}

void select_touch(const struct rgo_select_ *s)
{
    for (uint32_t i = 0; controlled && i < s->count; i++)
        controlled->touch(s->cases[i].channel);
}

/* ---- waiting ---- */

struct timeout {
    struct timer timer;
    struct goroutine *g;
    const struct rgo_select_ *select;
    _Atomic uint32_t *claimed;
};

static void timeout_fire(struct timer *t, int64_t now)
{
    struct timeout *timeout = t->context;
    uint32_t unclaimed = 0;
    (void)now;
    select_touch(timeout->select);
    if (atomic_compare_exchange_strong(timeout->claimed, &unclaimed, 1))
        ready_last(timeout->g, NULL);
}

static void waiters_queue(const struct rgo_select_ *s, struct waiter *waiters,
                          _Atomic uint32_t *claimed, const void *pc)
{
    struct goroutine *self = goroutine_self();
    for (uint32_t i = 0; i < s->count; i++) {
        const struct rgo_select_case_ *one = &s->cases[i];
        waiters[i] = (struct waiter){
            .g = self, .value = one->value, .claimed = claimed, .select = s, .pc = pc, .index = i};
        waiters_append(one->sends ? &one->channel->senders : &one->channel->receivers, &waiters[i]);
    }
}

/* All but the one that was claimed, which its claimer has taken out. */
static void waiters_withdraw(const struct rgo_select_ *s, struct waiter *waiters,
                             const struct waiter *claimed)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct rgo_select_case_ *one = &s->cases[i];
        if (&waiters[i] == claimed)
            continue;
        chan_withdraw(one->channel, one->sends ? &one->channel->senders : &one->channel->receivers,
                      &waiters[i]);
    }
}

/* The locks are held. Returns the waiter whose case was done, NULL for the timeout. */
static struct waiter *select_park(struct rgo_select_ *s, const struct lock_order *order,
                                  struct waiter *waiters, const void *pc)
{
    _Atomic uint32_t claimed = 0;
    waiters_queue(s, waiters, &claimed, pc);
    HOOK(task_run(NULL)); /* from here on others act for it: see park */
    locks_release(order);
    enum wait_reason reason = s->clauses ? WAIT_SELECT : WAIT_SELECT_NONE;
    struct waiter *done;
    if (s->timeout_clause == RGO_SELECT_NONE_) {
        done = park(NULL, reason, s->count ? s->cases[0].channel : NULL, pc);
    } else {
        struct timeout timeout = {.g = goroutine_self(), .select = s, .claimed = &claimed};
        timer_start(&timeout.timer, timer_when(s->timeout_ns), timeout_fire, &timeout);
        done = park(NULL, reason, s->count ? s->cases[0].channel : NULL, pc);
        timer_stop(&timeout.timer);
    }
    waiters_withdraw(s, waiters, done);
    return done;
}

/* Under all locks, which it releases. False: no case is ready, and they are still held. */
static bool select_locked(struct rgo_select_ *s, const struct lock_order *order, const void *pc)
{
    uint32_t index;
    while ((index = case_draw(s)) != NO_CASE) {
        struct waiter *peer = NULL;
        enum chan_result result = case_do(&s->cases[index], pc, &peer);
        if (result == CHAN_WAIT)
            continue; /* only stale waiters, which are gone now: draw again */
        locks_release(order);
        if (peer)
            ready(peer->g, peer);
        case_done(s, index, result == CHAN_DONE, pc);
        return true;
    }
    return false;
}

static void select_slow(struct rgo_select_ *s, rgo_chan **room, struct waiter *waiters,
                        const void *pc)
{
    struct lock_order order = lock_order_make(s, room);
    locks_take(&order);
    if (select_locked(s, &order, pc))
        return;
    if (s->default_clause != RGO_SELECT_NONE_) {
        locks_release(&order);
        no_case_done(s, s->default_clause);
    } else if (s->timeout_clause != RGO_SELECT_NONE_ && s->timeout_ns <= 0) {
        locks_release(&order);
        no_case_done(s, s->timeout_clause);
    } else {
        struct waiter *done = select_park(s, &order, waiters, pc);
        if (done)
            case_done(s, done->index, done->ok, pc);
        else
            no_case_done(s, s->timeout_clause);
    }
}

NOINLINE static void select_small(struct rgo_select_ *s, const void *pc)
{
    rgo_chan *room[RGO_SELECT_SMALL_];
    struct waiter waiters[RGO_SELECT_SMALL_];
    select_slow(s, room, waiters, pc);
}

NOINLINE static void select_large(struct rgo_select_ *s, const void *pc)
{
    rgo_chan **room = rgo_select_block_(s, s->count * sizeof *room);
    struct waiter *waiters = rgo_select_block_(s, s->count * sizeof *waiters);
    select_slow(s, room, waiters, pc);
}

NOINLINE static void tell_values_read(const struct rgo_select_ *s, const void *pc)
{
    void *task = goroutine_self()->task;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct rgo_select_case_ *one = &s->cases[i];
        if (one->sends && one->channel->element_size)
            runtime_hooks->read(task, one->value, one->channel->element_size, pc);
    }
}

void rgo_select_wait_(struct rgo_select_ *s)
{
    const void *pc = __builtin_return_address(0);
    s->at = 0;
    s->pass = 1;
    if (UNLIKELY(controlled != NULL))
        select_point(s, pc);
    if (UNLIKELY(runtime_hooks != NULL))
        tell_values_read(s, pc);
    if (select_fast(s, pc))
        return;
    if (s->count <= RGO_SELECT_SMALL_)
        select_small(s, pc);
    else
        select_large(s, pc);
}
