/*
 * channel.h: whether somebody waits at a channel, for programs in which that makes a difference. It
 * knows the runtime's own idea of a channel, as nothing public tells.
 */
#ifndef GOLITMUS_CHANNEL_H
#define GOLITMUS_CHANNEL_H

#include "golitmus.h"

#undef NOINLINE
#include "../../lib/coro/chan.h"

/* Returns once n waiters are in the queue. They live on their goroutines' stacks, which stay
 * mapped: to look while others queue does no harm. */
LITMUS_INLINE void await_queued(struct waiters *queue, int n)
{
    for (;; rgo_yield()) {
        int found = 0;
        void *at = invisible_take((void *)&queue->first);
        for (; at && found < n; found++)
            at = invisible_take((void *)&((struct waiter *)at)->next);
        if (found == n)
            return;
    }
}

/* Return once so many goroutines wait in a send or receive, or in a select with that case. */
#define await_receivers(c, n) await_queued(&RGO_UNTYPED_(c)->receivers, (n))
#define await_senders(c, n) await_queued(&RGO_UNTYPED_(c)->senders, (n))
#define await_receiver(c) await_receivers(c, 1)
#define await_sender(c) await_senders(c, 1)

#endif
