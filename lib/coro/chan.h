/*
 * chan: what channels and select share. The happens-before meaning of each operation, and what the
 * detector is told of it, is in chan.c.
 */
#ifndef RACERUN_CORO_CHAN_H
#define RACERUN_CORO_CHAN_H

#include "racerun/go/chan.h"
#include "runtime.h"

/* For the detector: what close writes and send reads (G7), at the channel's address. */
#define CHAN_ACCESS_BYTES 8u

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
    struct rgo_timer *timer; /* rgo_after's, which ends with the channel; else NULL */
    unsigned char slots[] __attribute__((aligned(16)));
};

enum chan_result {
    CHAN_WAIT, /* it cannot be done now; nothing was */
    CHAN_DONE,
    CHAN_CLOSED, /* receive: it gave zero; send: to panic with */
};
#define CHAN_SEND_CLOSED "send on closed channel"

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
enum chan_result chan_receive_now(rgo_chan *c, void *ret_value, const void *pc,
                                  struct waiter **ret_peer);

#endif
