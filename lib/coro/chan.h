/*
 * chan: what channels and select share. The happens-before meaning of each operation, and what the
 * detector is told of it, is in chan.c.
 */
#ifndef RACERUN_CORO_CHAN_H
#define RACERUN_CORO_CHAN_H

#include "racerun/go/chan.h"
#include "runtime.h"

/* For the detector: close writes what send reads, at the channel's address (G7). Receive reads
 * other bytes, far enough away to be cheap, and free writes them all: if it is not ordered with
 * them, that is a finding. */
#define CHAN_ACCESS_BYTES 8u
#define CHAN_RECEIVE_AT 16u
#define CHAN_FREE_BYTES (CHAN_RECEIVE_AT + CHAN_ACCESS_BYTES)

/*
 * Invariants, whenever the lock is free; waiters of a select that has been decided elsewhere (stale
 * ones) may be in the queues besides: senders wait only while count == capacity, receivers only
 * while count == 0, and neither once closed; in a channel without a buffer senders and receivers do
 * not both wait, but for a select that does both; send_at == (receive_at + count) mod capacity. All
 * but the constants is written under the lock; count, closed and the queues' heads are also read
 * without it, as hints and for len.
 */
struct rgo_chan {
    struct lock lock;
    _Atomic bool closed;
    size_t element_size; /* constant */
    size_t capacity;     /* constant */
    _Atomic size_t count;
    size_t send_at, receive_at; /* slots */
    struct waiters senders, receivers;
    size_t departing; /* selects' waiters that others took out: their owners come by once more */
    bool freed;       /* by its user: the last of these ends it */
    struct rgo_timer *timer; /* rgo_after's, which ends with the channel; else NULL */
    unsigned char slots[] __attribute__((aligned(16)));
};

enum chan_result {
    CHAN_WAIT, /* it cannot be done now; nothing was */
    CHAN_DONE,
    CHAN_CLOSED, /* receive: it gave zero; send: to panic with */
};
#define CHAN_SEND_CLOSED "send on closed channel"

/* For the detector: close's clock. Apart from the bytes above, as a write ends the clocks in its
 * bytes: a second close, which panics, would take away what receivers have of the first. */
static inline const void *chan_close_clock(const rgo_chan *c)
{
    return &c->element_size;
}

static inline size_t chan_count(const rgo_chan *c)
{
    return atomic_load_explicit(&c->count, memory_order_relaxed);
}

static inline bool chan_closed(const rgo_chan *c)
{
    return atomic_load_explicit(&c->closed, memory_order_relaxed);
}

/* Whether it looks as if the operation could be done. Under the lock only stale waiters make it
 * wrong; without it the answer may be out of date. */
static inline bool chan_send_hint(rgo_chan *c)
{
    return chan_count(c) < c->capacity || chan_closed(c) ||
           __atomic_load_n(&c->receivers.first, __ATOMIC_RELAXED);
}
static inline bool chan_receive_hint(rgo_chan *c)
{
    return chan_count(c) > 0 || chan_closed(c) ||
           __atomic_load_n(&c->senders.first, __ATOMIC_RELAXED);
}

/* One operation, if it can be done now, under c's lock. *ret_peer: who waited for it, to be made
 * ready (with itself as the result) when the lock is released. For a select that chose it or a
 * plain one. */
enum chan_result chan_send_now(rgo_chan *c, const void *value, bool selected, const void *pc,
                               struct waiter **ret_peer);
enum chan_result chan_receive_now(rgo_chan *c, void *ret_value, bool selected, const void *pc,
                                  struct waiter **ret_peer);

/* For a controller: a select has been decided, so it waits at none of its channels any more. */
void select_touch(const struct rgo_select_ *s);
/* w, which waited for a select that was done elsewhere, leaves c, which may end by that. */
void chan_withdraw(rgo_chan *c, struct waiters *queue, struct waiter *w);
/* rgo_chan_free_ for a channel that the runtime has made for itself: the detector is not told. */
void chan_discard(rgo_chan *c);

#endif
