/*
 * netpoll: waiting for descriptors. A `poll_desc` is a descriptor that is registered with epoll,
 * once, edge-triggered, for both directions. Its two *sides*, reading and writing, each admit one
 * operation at a time; others queue.
 *
 * A side is *ready* (an attempt may succeed), or not (the last attempt found nothing more and no
 * event has come since), or has a *waiter*, the goroutine of the operation that is under way. An
 * operation makes the side unready, then attempts; an event that comes in between makes it ready
 * again, so none is lost. Only hints are kept here: to be ready without reason costs an attempt, no
 * more. Therefore events for a descriptor that was closed meanwhile, and whose record serves
 * another, do no harm; but records are never unmapped.
 *
 * `users` counts the operations between begin (or use) and end (or unuse). Closing makes all that
 * wait fail with ECANCELED; the real close is done by whoever leaves last, so that the number is
 * not given to another file while a system call is about to name it.
 */
#ifndef RACERUN_CORO_NETPOLL_H
#define RACERUN_CORO_NETPOLL_H

#include "runtime.h"

enum poll_direction { POLL_READ, POLL_WRITE };

struct poll_side {
    struct goroutine *waiter;
    struct waiters queue; /* operations that want their turn */
    bool busy;            /* an operation is under way */
    bool ready;
    _Atomic int64_t deadline; /* 0: none. Changed under the lock, read without */
};

struct poll_desc {
    struct lock lock; /* guards everything here */
    int fd;
    uint32_t users;
    bool closing;
    /* A read that gets less than it asked for has emptied it, and more to come makes an edge: true
     * of TCP as long as nobody else uses the descriptor. */
    bool exact;
    bool sticky; /* an event told of an end, an error or urgent data: attempts tell more than edges
                  */
    const void *owner;           /* what dumps name */
    _Atomic bool open;           /* fd is its own: between poll_open and poll_finish */
    _Atomic uint32_t generation; /* of the epoll in which it is registered */
    struct poll_side side[2];
    struct poll_desc *next_free;
};

/* Registers fd, which is not blocking. NULL and errno: EPERM for a file that is always ready. The
 * caller keeps the descriptor in that case. */
struct poll_desc *poll_open(int fd, bool exact, const void *owner);

/* Begins an operation: returns 0 when it is time to attempt it, or ECANCELED (closed) or ETIMEDOUT
 * (the deadline has passed); then it has ended already, and *ret_last is poll_end's result. */
int poll_begin(struct poll_desc *d, enum poll_direction direction, const void *pc, bool *ret_last);

/* The attempt got EAGAIN: returns as poll_begin does, but the operation goes on in any case. */
int poll_wait(struct poll_desc *d, enum poll_direction direction, const void *pc);

/* `emptied`: nothing more is to be had. True: the descriptor is closing, this was the last
 * operation, and the caller is to call poll_finish. */
bool poll_end(struct poll_desc *d, enum poll_direction direction, bool emptied);

/* Within an operation: others run first; `look`: also those for whom there are events now.
 * ECANCELED: it is closing. */
int poll_others(struct poll_desc *d, bool look);

/* A short use of the descriptor that does not wait: ECANCELED when it is closed, then there is
 * nothing to end. */
int poll_use(struct poll_desc *d);
bool poll_unuse(struct poll_desc *d);

/* Others may read from the descriptor: `exact` is true no more. */
void poll_inexact(struct poll_desc *d);

/* 0, or ECANCELED when it was closed before. *ret_last as poll_end. */
int poll_close(struct poll_desc *d, bool *ret_last);

/* Closes the descriptor. */
void poll_finish(struct poll_desc *d);
/* Recycles the record; nobody will name it any more. */
void poll_free(struct poll_desc *d);

/* In the child of a fork. Descriptors that are open stay usable: operations of goroutines that are
 * gone are over, and what is about to wait is registered anew, or fails with epoll_ctl's or
 * epoll_create's errno (EMFILE, ENFILE, ENOMEM, ENOSPC). The parent's epoll is let go. */
void netpoll_forked(void);

/* From now on; what waits takes notice. 0: none. */
void poll_deadline(struct poll_desc *d, enum poll_direction direction, int64_t when);

/* The epoll that goroutines wait for; -1: none yet. */
int netpoll_descriptor(void);

#endif
