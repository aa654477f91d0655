/*
 * numbers: which schedules this worker runs, of those that all workers share (proto/explore.h).
 *
 * `running` is stored before a number is taken, and the tool reads the counters before it reads
 * `running`: so it never believes that a number has been dealt with while a worker is about to.
 */
#include "interpose/control/control.h"

/* A schedule that learns: when its turn has come, and nobody else runs one. */
static bool learning_take(uint64_t *ret_number)
{
    struct explore_shared *shared = control_shared;
    uint32_t nobody = 0;
    uint64_t number = atomic_load(&shared->next_learning);
    uint64_t limit = atomic_load(&shared->limit), next = atomic_load(&shared->next);
    if (number >= limit || (number > next && next < limit) ||
        !atomic_compare_exchange_strong(&shared->learner, &nobody, control_worker + 1))
        return false;
    *ret_number = atomic_load(&shared->next_learning);
    atomic_store(&control_block->running, *ret_number);
    if (*ret_number < limit)
        return true;
    atomic_store(&shared->learner, 0);
    return false;
}

static bool ordinary_take(uint64_t *ret_number)
{
    struct explore_shared *shared = control_shared;
    uint64_t number = atomic_load(&shared->next);
    while (number < atomic_load(&shared->limit)) {
        uint64_t following = portfolio_next(control_block->command.strategy, number + 1, false);
        atomic_store(&control_block->running, number);
        if (atomic_compare_exchange_strong(&shared->next, &number, following)) {
            *ret_number = number;
            return true;
        }
    }
    return false;
}

bool control_number_take(uint64_t *ret_number)
{
    return learning_take(ret_number) || ordinary_take(ret_number);
}

void control_number_end(uint64_t number)
{
    struct explore_shared *shared = control_shared;
    if (atomic_load(&shared->learner) != control_worker + 1)
        return;
    atomic_store(&shared->next_learning,
                 portfolio_next(control_block->command.strategy, number + 1, true));
    atomic_store(&shared->learner, 0);
}
