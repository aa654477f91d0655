/*
 * portfolio: which strategy a schedule of the default exploration follows. No strategy is best for
 * every bug, so all take turns; the first schedule is a plain one, which also fills the profile.
 */
#include "sched/sched.h"

static const struct turn {
    const char *strategy;
    uint32_t parameter;
} turns[] = {
    {"random", 0}, {"pct", 3}, {"surw", 0}, {"pos", 0}, {"rff", 0}, {"pct", 2},
    {"pos", 0},    {"pct", 5}, {"surw", 0}, {"rff", 0}, {"pct", 1}, {"rr", 1},
};
enum { TURNS = sizeof turns / sizeof turns[0] };

void portfolio_plan(uint64_t schedule, struct sched_plan *plan)
{
    struct turn turn = {"fcfs", 0};
    if (schedule)
        turn = turns[(schedule - 1) % TURNS];
    plan->strategy = strategy_find(turn.strategy);
    plan->parameter = turn.parameter;
}

uint64_t portfolio_next(uint32_t strategy, uint64_t schedule, bool learns)
{
    struct sched_plan plan;
    if (strategy != SCHED_NONE)
        return strategy_learns(strategy) == learns ? schedule : SCHED_NEVER;
    for (int i = 0; i <= TURNS; i++) {
        portfolio_plan(schedule + i, &plan);
        if (strategy_learns(plan.strategy) == learns)
            return schedule + i;
    }
    return SCHED_NEVER;
}
