/*
 * tree: the frontier's insides, of frontier.c and frontier_file.c.
 */
#ifndef RACERUN_EXPLORE_TREE_H
#define RACERUN_EXPLORE_TREE_H

#include "base/spin.h"
#include "explore/frontier.h"
#include "search.h"

/* A state that is the frontier's. It lives while something is to be explored from it, or is being.
 */
struct branch {
    uint32_t next, before; /* of all, in the order of their making: parents first */
    uint32_t parent, depth;
    uint32_t first;    /* of its wakeup tree */
    uint32_t sleepers; /* a list */
    uint32_t children; /* branches that live, and parts */
    uint32_t begun;    /* of its steps, ever */
    uint32_t spent;
    /* The tree's first step was given out, and what it touches is not known yet. Until then it
     * stays, with all below it. */
    bool unknown;
    uint64_t trace;
    double share;    /* of the whole search, that of each of its steps: while it is guessed */
    uint32_t number; /* while it is written down */
    struct trace_note step; /* from the parent */
};

struct frontier {
    struct spin lock; /* guards all */
    struct room *room;
    uint32_t depth_max; /* of states */
    struct arena branches;
    uint32_t oldest, newest;
    uint32_t parts; /* that are being explored */
    bool untouched; /* nothing was executed yet */
    /* Owns the wakeup trees and sleepers; its node 0 stands for the branch that is looked at. */
    struct explore *trees;
};

enum { BRANCHES_MAX = 1 << 22 };

static inline struct branch *branch_at(const struct frontier *frontier, uint32_t index)
{
    return arena_at(&frontier->branches, index);
}

uint32_t branch_new(struct frontier *frontier, uint32_t parent);

#endif
