/*
 * controlled: under `racerun explore` a controller decides who runs next (racerun/hooks.h, struct
 * rgo_control). It is a policy, with one worker; and each public operation of a primitive begins
 * with POINT, where others may go first.
 */
#ifndef RACERUN_CORO_CONTROLLED_H
#define RACERUN_CORO_CONTROLLED_H

#include "racerun/hooks.h"
#include "runtime.h"

#pragma GCC visibility push(hidden)

struct policy;
struct worker;

extern const struct policy controlled_policy;
/* NULL: nobody decides. */
extern const struct rgo_control *controlled;

/* At the start of the runtime, hooks known: true when there is a controller. */
bool controlled_start(void);
/* Outside the policy's lock: it may let other threads run meanwhile. */
struct goroutine *controlled_take(void);
void controlled_point(uint32_t what, const void *object, const void *pc);
/* Of an operation on several objects, each once. */
void controlled_points(uint32_t what, const void *const *objects, uint32_t count, const void *pc);

/* At the beginning of a public function, no lock held. */
#define POINT(what, object, pc)                                                                    \
    do {                                                                                           \
        if (UNLIKELY(controlled != NULL))                                                          \
            controlled_point(RGO_POINT_##what, object, pc);                                        \
    } while (0)

/* Where something is done to an object, or looked at, that no POINT of this operation has named:
 * whoever searches all orders has to know. */
#define TOUCH(object)                                                                              \
    do {                                                                                           \
        if (UNLIKELY(controlled != NULL))                                                          \
            controlled->touch(object);                                                             \
    } while (0)

#pragma GCC visibility pop

#endif
