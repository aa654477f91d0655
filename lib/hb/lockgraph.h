/*
 * lockgraph: which lock was ever wanted while which was held, whoever did. Every cycle of requests
 * (lockorder.h) is one of this graph, so where it has none there is nothing to search for: a walk
 * over locks, of which a program has few, instead of one over requests, of which each pair of locks
 * has many.
 *
 * Locks are named by the numbers of their lives, below the limit that lockgraph_ready was given.
 * What is in it has room for LOCKGRAPH_EDGES_MAX; lockgraph_forget makes it empty.
 */
#ifndef RACERUN_HB_LOCKGRAPH_H
#define RACERUN_HB_LOCKGRAPH_H

#include "base/arena.h"

#define LOCKGRAPH_EDGES_MAX (1u << 20)
#define LOCKGRAPH_STEPS_MAX 20000u /* of one walk */

struct lockgraph {
    struct arena edges; /* by number; each once */
    uint32_t *out;      /* lists of edges, by the life that is held */
    uint32_t *seen;     /* by life: in which walk it was come to; even: it is what is looked for */
    uint32_t walk;
    uint32_t lives_max;
    uint32_t *index; /* open addressing of edges; 0 = free; NULL: nothing was made yet */
    uint32_t index_size;
    uint32_t *stack; /* of a walk */
};

/* False: there is no room. One of zeroes is new. */
bool lockgraph_ready(struct lockgraph *graph, uint32_t lives_max);
void lockgraph_done(struct lockgraph *graph);
void lockgraph_forget(struct lockgraph *graph);
/* False: it is full. */
bool lockgraph_add(struct lockgraph *graph, uint32_t held, uint32_t wanted);
/* Whether a way leads from `from` to one of `to`, another life each; also true after too many
 * steps. */
bool lockgraph_leads(struct lockgraph *graph, uint32_t from, const uint32_t *to, uint32_t count);

#endif
