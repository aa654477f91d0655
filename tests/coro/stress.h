/* What the scenarios of the stress program share; see stress.c. */
#ifndef CORO_STRESS_H
#define CORO_STRESS_H

#include <racerun/go.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            stress_failed(#condition, __func__, __LINE__);                                         \
    } while (0)

RGO_NORETURN void stress_failed(const char *condition, const char *function, int line);

/* Random numbers, a stream for each driver. */
struct random {
    uint64_t state;
};

static inline uint32_t draw(struct random *random, uint32_t below)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(((z ^ (z >> 31)) & 0xffffffffu) * below >> 32);
}

static inline int between(struct random *random, int low, int high)
{
    return low + (int)draw(random, (uint32_t)(high - low + 1));
}

static inline void yields(int count)
{
    for (int i = 0; i < count; i++)
        go_yield();
}

void stress_spawns(struct random *random);
void stress_trees(struct random *random);
void stress_pipelines(struct random *random);
void stress_wides(struct random *random);
void stress_selections(struct random *random);
void stress_closings(struct random *random);
void stress_lockings(struct random *random);
void stress_poolings(struct random *random);
void stress_mappings(struct random *random);
void stress_locals(struct random *random);
void stress_timings(struct random *random);
void stress_contexts(struct random *random);
void stress_panics(struct random *random);
void stress_pipes(struct random *random);
void stress_blockings(struct random *random);
void stress_guests(struct random *random);
void stress_groups(struct random *random);

#endif
