/*
 * pos: Yuan, Yang, Gu, Partial Order Aware Concurrency Sampling, CAV 2018. Each pending operation
 * has a random priority of its own, the highest goes, and those that depend on what it did draw
 * anew.
 */
#include "world.h"

static void pos_draw(struct sched *sched, struct task *task)
{
    task->priority = rng_next(&sched->rng);
}

static uint32_t pos_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < candidates->count; i++)
        if (sched->tasks[candidates->tasks[i]].priority >
            sched->tasks[candidates->tasks[best]].priority)
            best = i;
    return best;
}

static void pos_stepped(struct sched *sched, struct task *task)
{
    bool looked = sched->config.events[sched->steps - 1].flags & TRACE_LOOKED;
    for (int slot = 0; slot < 2 && task->object[slot]; slot++)
        for (uint32_t entry = task->object[slot]->pending; entry;) {
            struct task *other = &sched->tasks[(entry >> 1) - 1];
            if (!looked || op_roles[other->op.kind] != ROLE_LOOKS)
                pos_draw(sched, other);
            entry = other->link[entry & 1].next;
        }
}

const struct strategy strategy_pos = {
    .name = "pos",
    .help = "random priorities of operations, drawn anew where they depend on each other",
    .pended = pos_draw,
    .pick = pos_pick,
    .stepped = pos_stepped,
};
