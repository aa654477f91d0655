/*
 * strategy: the table of strategies.
 */
#include <string.h>

#include "world.h"

#define STRATEGY(name) extern const struct strategy strategy_##name;
#include "sched/strategies.def"
#undef STRATEGY

static const struct strategy *const strategies[] = {
#define STRATEGY(name) &strategy_##name,
#include "sched/strategies.def"
#undef STRATEGY
};
enum { STRATEGIES = sizeof strategies / sizeof strategies[0] };

const struct strategy *strategy_at(uint32_t index)
{
    return strategies[index < STRATEGIES ? index : 0];
}

uint32_t strategy_find(const char *name)
{
    for (uint32_t i = 0; i < STRATEGIES; i++)
        if (strcmp(strategies[i]->name, name) == 0)
            return i;
    return SCHED_NONE;
}

const char *strategy_name(uint32_t index)
{
    return index < STRATEGIES ? strategies[index]->name : NULL;
}

const char *strategy_help(uint32_t index)
{
    return index < STRATEGIES ? strategies[index]->help : NULL;
}

bool strategy_takes_parameter(uint32_t index)
{
    return index < STRATEGIES && strategies[index]->takes_parameter;
}

bool strategy_learns(uint32_t index)
{
    return index < STRATEGIES && strategies[index]->learns;
}
