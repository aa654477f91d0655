/*
 * lockorder: potential deadlocks (P15), as chains of requests.
 *
 * A request is: a task wants a lock while it holds others. A cycle is a list of requests of
 * different tasks in which each wants what the next holds, no lock is held in two of them (one
 * would be a gate; read-held by both is none), and no two are ordered by more than lock hand-over
 * (must.h): so there is a schedule in which all come to stand before their request at once. That is
 * what is reported, with all places. (Goodlock: Havelund, SPIN 2000; Bensalem and Havelund, HVC
 * 2005; without their restriction to fork and join as order.)
 *
 * A request that may not block for ever (trylock, time limit) is none. Requests are kept for ever,
 * once for each task, set of locks and must-epoch (of those at most ORDER_TIMES, then the latest
 * replaces the last); each lock life has a number of its own, so a lock in recycled memory is
 * another lock. When the tables are full, all is forgotten.
 */
#ifndef RACERUN_HB_LOCKORDER_H
#define RACERUN_HB_LOCKORDER_H

#include "hb/lockgraph.h"

#define ORDER_HELD_MAX 16u     /* requests with more locks held are not looked at */
#define ORDER_LENGTH_MAX 32u   /* of a cycle */
#define ORDER_STEPS_MAX 20000u /* of one search */
#define ORDER_TIMES 16u

struct order_lock {
    uint32_t life;   /* number of the lock's life */
    uint32_t number; /* for reports */
    uint32_t place;  /* context where it was, or is to be, locked */
    uint32_t shared;
};

struct order_request {
    uint32_t task, epoch; /* its own must-epoch, */
    uint32_t must;        /* and what it knows of others' */
    uint32_t forks;
    uint32_t hash, next; /* in a bucket of the requests */
    uint32_t held_first, held_count;
    struct order_lock wanted;
};

struct order_held {
    uint32_t request, next; /* in the list of those who hold the lock */
    struct order_lock lock;
};

/* One of a cycle: it wants `wanted`, which the next one holds, and holds `held`. */
struct order_edge {
    uint32_t task;
    struct order_lock wanted, held;
};

struct must;
struct lockorder {
    struct spin lock; /* guards all; rank: tables, outside must */
    _Atomic uint32_t lives, generation;
    bool ready;
    struct arena requests, helds;
    uint32_t *buckets; /* of requests, by hash */
    uint32_t *holders; /* lists of order_held, by life */
    struct lockgraph graph;
};

/* One of zeroes is new. */
void lockorder_done(struct lockorder *order);
/* Keeps the request (its lists are filled in here) and looks for a cycle with it. Returns its
 * length, 0 = none; ret_edges has room for ORDER_LENGTH_MAX. */
uint32_t lockorder_add(struct lockorder *order, const struct must *must,
                       const struct order_request *request, const struct order_lock *held,
                       struct order_edge *ret_edges);

#endif
