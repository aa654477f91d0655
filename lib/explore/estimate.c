#include "explore/estimate.h"

/* Guesses that are kept are so far apart that twice as many executions are less than the ring. */
enum { APART = 16 };
static const double doubt = 1.25;

static uint64_t executed_at(const struct estimate *estimate, uint32_t number)
{
    return estimate->guesses[number % ESTIMATE_GUESSES].executed;
}

/* The last one makes place where it is near the one before. */
void estimate_add(struct estimate *estimate, uint64_t executed, double done)
{
    uint64_t before = estimate->count > 1 ? executed_at(estimate, estimate->count - 2) : 0;
    if (done <= 0 || !executed)
        return;
    if (estimate->count < 2 ||
        executed_at(estimate, estimate->count - 1) >= before + before / APART)
        estimate->count++;
    uint32_t at = (estimate->count - 1) % ESTIMATE_GUESSES;
    estimate->guesses[at].executed = executed;
    estimate->guesses[at].all = (double)executed / done;
}

bool estimate_band(const struct estimate *estimate, uint64_t *ret_least, uint64_t *ret_most)
{
    double least = 0, most = 0;
    if (!estimate->count)
        return false;
    uint64_t now = executed_at(estimate, estimate->count - 1);
    for (uint32_t i = 0; i < ESTIMATE_GUESSES && i < estimate->count; i++) {
        double all = estimate->guesses[i].all;
        if (2 * estimate->guesses[i].executed < now)
            continue;
        least = least == 0 || all < least ? all : least;
        most = all > most ? all : most;
    }
    double highest = most * (most / least) * doubt, lowest = least / doubt;
    *ret_least = lowest > (double)now ? (uint64_t)lowest : now;
    *ret_most = highest < 1e18 ? (uint64_t)highest : UINT64_C(1000000000000000000);
    return true;
}
