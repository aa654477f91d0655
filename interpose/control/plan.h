/*
 * plan: what exhaustive search shares among workers; of plan.c and plan_file.c.
 */
#ifndef RACERUN_INTERPOSE_CONTROL_PLAN_H
#define RACERUN_INTERPOSE_CONTROL_PLAN_H

#include "base/spin.h"
#include "explore/estimate.h"
#include "explore/frontier.h"
#include "interpose/control/control.h"

/* A worker's, written by it, or by another while it is idle. */
struct plan_search {
    struct room *room; /* of scheduler and planner */
    size_t mark;       /* below the planner */
    struct explore *explore;
    uint32_t age;     /* plan_common's when the explorer was made */
    uint32_t plans;   /* the last schedule is being turned into the next plan, or awaits one */
    uint32_t planned; /* schedules */
};

struct plan_common {
    struct spin lock; /* guards what begins anew, and the estimate */
    struct estimate estimate;
    struct room *room;
    size_t mark;
    struct frontier *frontier;
    uint32_t age;    /* goes up when the search begins anew: explorers of the former are void */
    uint32_t places; /* that were scheduling points when it began */
    /* An operation was about more objects than a note names (a select of many channels): from then
     * on all of goroutines' objects are taken for one. */
    uint32_t coarse;
    _Atomic uint32_t hungry; /* workers that wait for a part */
    _Atomic uint32_t given;  /* futex: goes up when there may be one */
    struct plan_search searches[EXPLORE_WORKERS_MAX];
};
extern RT_HIDDEN struct plan_common *plan_common;

/* A new search. Nobody may be busy. */
RT_HIDDEN void plan_frontier_make(void);

#endif
