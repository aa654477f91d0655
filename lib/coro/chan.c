/*
 * Channels. One lock each, a ring of slots, two queues of waiters that live on the stacks of those
 * who wait. Whoever finds a partner waiting copies the element straight between the two, so a
 * rendezvous costs one lock and one switch.
 *
 * What a waiter waits for is done for it, under the lock, before it is made ready: it never looks
 * again. The channel is not touched after its lock was released: whoever got the last element may
 * free it.
 *
 * What happens before what, and what the detector is told (G1..G12 of the rules; all under the
 * lock):
 *
 * - send, on entry: read of the channel's first bytes, which close writes: a close that is not
 * ordered with a send is a finding, though the send may panic (G6, G7). Read of the element, by the
 * sender, also when a receiver copies it later (G10). A select has read its elements on entry (G14)
 * and the channel when chosen (G13).
 * - receive, on entry: read of other bytes, as only free conflicts with it; a select's when chosen.
 * - send meets receive, no buffer: meet, each acquires the other's clock from before; then write of
 * the destination, by the receiver, whoever copies (G1, G2, G10).
 * - send into the buffer, receive from it: swap with the slot, which acquires what the receive that
 * emptied it left (G3) and leaves the clock from before that (G4); the receiver then writes its
 * destination.
 * - send to a receiver that waits, buffered: as if through the slot, swap by the sender, then by
 * the receiver; the ring moves on by one (G11).
 * - receive with senders waiting, buffered: swap by the receiver for the element that it takes,
 * then by the sender that had waited, whose element goes into that slot: receive k before send k+C
 * (G3, G11).
 * - close: write of the channel's first bytes, also if it panics (G7); release.
 * - receive that returns because of close: acquire of the channel, then write of the destination
 * (G5). Elements that were buffered come by their slots alone (G6).
 * - send woken by close: nothing, it panics unordered (G6).
 * - len, cap: nothing (G8).
 * - free: write of all these, as in another order freed memory would have been used; die.
 *
 * A slot's clock is at the slot's address, so elements without size have slots of a byte (G12).
 */
#include "chan.h"
#include "controlled.h"

#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "timer.h"

/* ---- slots ---- */

static size_t slot_size(const rgo_chan *c)
{
    return c->element_size ? c->element_size : 1;
}

static void *slot(rgo_chan *c, size_t index)
{
    return c->slots + index * slot_size(c);
}

static size_t slot_after(const rgo_chan *c, size_t index)
{
    return index + 1 == c->capacity ? 0 : index + 1;
}

static void count_set(rgo_chan *c, size_t count)
{
    atomic_store_explicit(&c->count, count, memory_order_relaxed);
}

static inline void element_copy(void *to, const void *from, size_t size)
{
    if (LIKELY(size == 8))
        memcpy(to, from, 8);
    else if (size == 4)
        memcpy(to, from, 4);
    else
        memcpy(to, from, size);
}

/* ---- telling the detector ---- */

static void tell_received(void *task, const rgo_chan *c, const void *destination, const void *pc)
{
    if (destination && c->element_size)
        runtime_hooks->write(task, destination, c->element_size, pc);
}

/* Who sends reads what close writes; who receives, what only freeing does. */
static void tell_operation(void *task, const rgo_chan *c, bool sends, const void *pc)
{
    const char *at = (const char *)c + (sends ? 0 : CHAN_RECEIVE_AT);
    runtime_hooks->read(task, at, CHAN_ACCESS_BYTES, pc);
}

/* A waiter of a select was chosen only now. */
static void tell_chosen(const struct waiter *waiter, const rgo_chan *c, bool sends)
{
    if (waiter->claimed)
        tell_operation(waiter->g->task, c, sends, waiter->pc);
}

NOINLINE static void tell_send_entry(const rgo_chan *c, const void *value, const void *pc)
{
    void *task = goroutine_self()->task;
    tell_operation(task, c, true, pc);
    if (c->element_size)
        runtime_hooks->read(task, value, c->element_size, pc);
}

/* The caller sends or receives; peer is the other side, if it waited, or NULL. Before the ring has
 * moved on. */
NOINLINE static void tell_done(rgo_chan *c, bool sends, const struct waiter *peer,
                               const void *destination, bool selected, const void *pc)
{
    void *task = goroutine_self()->task;
    const void *at = slot(c, sends ? c->send_at : c->receive_at);
    if (selected)
        tell_operation(task, c, sends, pc);
    if (peer)
        tell_chosen(peer, c, !sends);
    if (c->capacity) {
        runtime_hooks->swap(task, at);
        if (peer)
            runtime_hooks->swap(peer->g->task, at);
    } else {
        runtime_hooks->meet(task, peer->g->task);
    }
    if (!sends)
        tell_received(task, c, destination, pc);
    else if (peer)
        tell_received(peer->g->task, c, peer->value, peer->pc);
}

NOINLINE static void tell_receive_closed(const rgo_chan *c, struct goroutine *g,
                                         const void *destination, const void *pc)
{
    runtime_hooks->acquire(g->task, chan_close_clock(c));
    tell_received(g->task, c, destination, pc);
}

/* ---- operations that need not wait ---- */

/* The first that waits, now decided; those whose select was decided elsewhere are dropped. */
static inline struct waiter *waiters_claim(rgo_chan *c, struct waiters *list)
{
    struct waiter *w;
    while ((w = waiters_take(list))) {
        uint32_t unclaimed = 0;
        if (LIKELY(!w->claimed))
            return w;
        if (atomic_compare_exchange_strong(w->claimed, &unclaimed, 1)) {
            select_touch(w->select);
            return w;
        }
        c->departing++;
    }
    return NULL;
}

static void send_to(rgo_chan *c, struct waiter *receiver, const void *value)
{
    if (receiver->value)
        element_copy(receiver->value, value, c->element_size);
    receiver->ok = true;
    if (c->capacity)
        c->send_at = c->receive_at = slot_after(c, c->send_at);
}

enum chan_result chan_send_now(rgo_chan *c, const void *value, bool selected, const void *pc,
                               struct waiter **ret_peer)
{
    if (UNLIKELY(chan_closed(c))) {
        if (UNLIKELY(runtime_hooks != NULL) && selected)
            tell_operation(goroutine_self()->task, c, true, pc);
        return CHAN_CLOSED;
    }
    struct waiter *receiver = waiters_claim(c, &c->receivers);
    size_t count = chan_count(c);
    if (!receiver && count == c->capacity)
        return CHAN_WAIT;
    if (UNLIKELY(runtime_hooks != NULL))
        tell_done(c, true, receiver, NULL, selected, pc);
    if (receiver) {
        send_to(c, receiver, value);
        *ret_peer = receiver;
        return CHAN_DONE;
    }
    element_copy(slot(c, c->send_at), value, c->element_size);
    c->send_at = slot_after(c, c->send_at);
    count_set(c, count + 1);
    return CHAN_DONE;
}

static enum chan_result receive_closed(rgo_chan *c, void *ret_value, bool selected, const void *pc)
{
    if (ret_value)
        memset(ret_value, 0, c->element_size);
    if (UNLIKELY(runtime_hooks != NULL)) {
        if (selected)
            tell_operation(goroutine_self()->task, c, false, pc);
        tell_receive_closed(c, goroutine_self(), ret_value, pc);
    }
    return CHAN_CLOSED;
}

enum chan_result chan_receive_now(rgo_chan *c, void *ret_value, bool selected, const void *pc,
                                  struct waiter **ret_peer)
{
    struct waiter *sender = waiters_claim(c, &c->senders);
    size_t count = chan_count(c);
    if (!sender && !count)
        return chan_closed(c) ? receive_closed(c, ret_value, selected, pc) : CHAN_WAIT;
    if (UNLIKELY(runtime_hooks != NULL))
        tell_done(c, false, sender, ret_value, selected, pc);
    const void *from = count ? slot(c, c->receive_at) : sender->value;
    if (ret_value)
        element_copy(ret_value, from, c->element_size);
    if (count) {
        if (sender) /* the buffer is full: its slot is the next to be sent into */
            element_copy(slot(c, c->receive_at), sender->value, c->element_size);
        c->receive_at = slot_after(c, c->receive_at);
        if (sender)
            c->send_at = c->receive_at;
        else
            count_set(c, count - 1);
    }
    if (sender) {
        sender->ok = true;
        *ret_peer = sender;
    }
    return CHAN_DONE;
}

/* ---- operations ---- */

RGO_NORETURN static void wait_for_ever(enum wait_reason reason, const void *pc)
{
    for (;;)
        park(NULL, reason, NULL, pc);
}

void rgo_chan_send_(rgo_chan *c, const void *value)
{
    const void *pc = __builtin_return_address(0);
    if (UNLIKELY(!c))
        wait_for_ever(WAIT_CHAN_SEND_NIL, pc);
    POINT(SEND, c, pc);
    lock_take(&c->lock);
    if (UNLIKELY(runtime_hooks != NULL))
        tell_send_entry(c, value, pc);
    struct waiter *peer = NULL;
    enum chan_result result = chan_send_now(c, value, false, pc, &peer);
    if (result == CHAN_WAIT) {
        struct waiter w = {.g = goroutine_self(), .value = (void *)value, .pc = pc};
        waiters_append(&c->senders, &w);
        park(&c->lock, WAIT_CHAN_SEND, c, pc);
        if (UNLIKELY(!w.ok))
            panic_on_channel(CHAN_SEND_CLOSED, c);
        return;
    }
    lock_release(&c->lock);
    if (peer)
        ready(peer->g, peer);
    else if (UNLIKELY(result == CHAN_CLOSED))
        panic_on_channel(CHAN_SEND_CLOSED, c);
}

bool rgo_chan_try_send_(rgo_chan *c, const void *value)
{
    const void *pc = __builtin_return_address(0);
    if (!c)
        return false;
    POINT(SEND, c, pc);
    lock_take(&c->lock);
    if (UNLIKELY(runtime_hooks != NULL))
        tell_send_entry(c, value, pc);
    struct waiter *peer = NULL;
    enum chan_result result = chan_send_now(c, value, false, pc, &peer);
    lock_release(&c->lock);
    if (peer)
        ready(peer->g, peer);
    if (UNLIKELY(result == CHAN_CLOSED))
        panic_on_channel(CHAN_SEND_CLOSED, c);
    return result == CHAN_DONE;
}

bool rgo_chan_recv_(rgo_chan *c, void *ret_value)
{
    const void *pc = __builtin_return_address(0);
    if (UNLIKELY(!c))
        wait_for_ever(WAIT_CHAN_RECV_NIL, pc);
    POINT(RECEIVE, c, pc);
    lock_take(&c->lock);
    if (UNLIKELY(runtime_hooks != NULL))
        tell_operation(goroutine_self()->task, c, false, pc);
    struct waiter *peer = NULL;
    enum chan_result result = chan_receive_now(c, ret_value, false, pc, &peer);
    if (result == CHAN_WAIT) {
        struct waiter w = {.g = goroutine_self(), .value = ret_value, .pc = pc};
        waiters_append(&c->receivers, &w);
        park(&c->lock, WAIT_CHAN_RECV, c, pc);
        return w.ok;
    }
    lock_release(&c->lock);
    if (peer)
        ready(peer->g, peer);
    return result == CHAN_DONE;
}

int rgo_chan_try_recv_(rgo_chan *c, void *ret_value, bool *ret_ok)
{
    const void *pc = __builtin_return_address(0);
    if (!c)
        return 0;
    POINT(RECEIVE, c, pc);
    lock_take(&c->lock);
    if (UNLIKELY(runtime_hooks != NULL))
        tell_operation(goroutine_self()->task, c, false, pc);
    struct waiter *peer = NULL;
    enum chan_result result = chan_receive_now(c, ret_value, false, pc, &peer);
    lock_release(&c->lock);
    if (peer)
        ready(peer->g, peer);
    if (result == CHAN_WAIT)
        return 0;
    if (ret_ok) {
        *ret_ok = result == CHAN_DONE;
        HOOK(write(goroutine_self()->task, ret_ok, sizeof *ret_ok, pc));
    }
    return 1;
}

/* ---- close ---- */

/* All that wait, decided, in their order, appended to a list. */
static void close_receivers(rgo_chan *c, struct waiters *woken)
{
    for (struct waiter *w; (w = waiters_claim(c, &c->receivers));) {
        if (w->value)
            memset(w->value, 0, c->element_size);
        w->ok = false;
        if (UNLIKELY(runtime_hooks != NULL)) {
            tell_chosen(w, c, false);
            tell_receive_closed(c, w->g, w->value, w->pc);
        }
        waiters_append(woken, w);
    }
}

static void close_senders(rgo_chan *c, struct waiters *woken)
{
    for (struct waiter *w; (w = waiters_claim(c, &c->senders));) {
        w->ok = false;
        if (UNLIKELY(runtime_hooks != NULL))
            tell_chosen(w, c, true);
        waiters_append(woken, w);
    }
}

NOINLINE static void tell_close(const rgo_chan *c, const void *pc)
{
    void *task = goroutine_self()->task;
    runtime_hooks->write(task, c, CHAN_ACCESS_BYTES, pc);
    if (!chan_closed(c))
        runtime_hooks->release(task, chan_close_clock(c));
}

void rgo_chan_close_(rgo_chan *c)
{
    if (!c)
        panic_text("close of nil channel");
    POINT(CLOSE, c, __builtin_return_address(0));
    lock_take(&c->lock);
    if (UNLIKELY(runtime_hooks != NULL))
        tell_close(c, __builtin_return_address(0));
    if (chan_closed(c)) {
        lock_release(&c->lock);
        panic_on_channel("close of closed channel", c);
    }
    atomic_store_explicit(&c->closed, true, memory_order_relaxed);
    struct waiters woken = {0};
    close_receivers(c, &woken);
    close_senders(c, &woken);
    lock_release(&c->lock);
    for (struct waiter *w = woken.first, *next; w; w = next) {
        next = w->next; /* w is gone when its goroutine runs */
        ready_last(w->g, w);
    }
}

/* ---- making, ending, looking ---- */

static rgo_chan *chan_new_at(size_t element_size, size_t capacity, const char *type, const void *pc)
{
    size_t bytes;
    rgo_chan *c = NULL;
    if (!__builtin_mul_overflow(element_size ? element_size : 1, capacity, &bytes) &&
        !__builtin_add_overflow(bytes, sizeof *c, &bytes) && bytes <= PTRDIFF_MAX)
        c = malloc(bytes);
    if (!c)
        panic_text("makechan: size out of range");
    *c = (struct rgo_chan){.element_size = element_size, .capacity = capacity};
    if (UNLIKELY(runtime_hooks && runtime_hooks->object_made))
        runtime_hooks->object_made(goroutine_self()->task, OBJECT(CHANNEL, c), type, element_size,
                                   capacity, pc);
    return c;
}

rgo_chan *rgo_chan_new(size_t element_size, size_t capacity)
{
    return chan_new_at(element_size, capacity, NULL, __builtin_return_address(0));
}

rgo_chan *rgo_chan_make_(size_t element_size, size_t capacity, const char *type)
{
    return chan_new_at(element_size, capacity, type, __builtin_return_address(0));
}

/* Whether a goroutine waits that nothing has woken. The waiters of a select that another channel
 * has claimed take themselves out as soon as it runs. */
static bool waits_for_good(const struct waiters *list)
{
    for (const struct waiter *w = list->first; w; w = w->next)
        if (!w->claimed || !atomic_load(w->claimed))
            return true;
    return false;
}

/* Nobody is inside any more. */
static void chan_end(rgo_chan *c)
{
    HOOK(die(c, sizeof *c + c->capacity * slot_size(c)));
    if (UNLIKELY(runtime_hooks && runtime_hooks->object_gone))
        runtime_hooks->object_gone(c);
    if (UNLIKELY(c->timer != NULL))
        timer_after_end(c->timer);
    free(c);
}

static bool chan_deserted(const rgo_chan *c)
{
    return !c->departing && !c->senders.first && !c->receivers.first;
}

void chan_withdraw(rgo_chan *c, struct waiters *queue, struct waiter *w)
{
    lock_take(&c->lock);
    if (w->queued)
        waiters_remove(queue, w);
    else
        c->departing--;
    bool last = c->freed && chan_deserted(c);
    lock_release(&c->lock);
    if (UNLIKELY(last))
        chan_end(c);
}

static void chan_retire(rgo_chan *c, bool tell, const void *pc)
{
    lock_take(&c->lock);
    if (waits_for_good(&c->senders) || waits_for_good(&c->receivers)) {
        lock_release(&c->lock);
        panic_text("free of a channel that goroutines wait on");
    }
    if (tell)
        HOOK(write(goroutine_self()->task, c, CHAN_FREE_BYTES, pc));
    bool last = chan_deserted(c);
    c->freed = true;
    lock_release(&c->lock);
    if (LIKELY(last))
        chan_end(c);
}

void rgo_chan_free_(rgo_chan *c)
{
    if (c)
        chan_retire(c, !c->timer, __builtin_return_address(0));
}

void chan_discard(rgo_chan *c)
{
    if (c)
        chan_retire(c, false, NULL);
}

size_t rgo_chan_len_(const rgo_chan *c)
{
    TOUCH(c);
    return c ? chan_count(c) : 0;
}

size_t rgo_chan_cap_(const rgo_chan *c)
{
    return c ? c->capacity : 0;
}
