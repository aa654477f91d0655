/*
 * profile_use: the profile's tables, for the strategies that learn.
 */
#ifndef RACERUN_SCHED_PROFILE_USE_H
#define RACERUN_SCHED_PROFILE_USE_H

#include "world.h"

/* Index of its entry, or of the free one where it would be. */
uint32_t profile_object(const struct sched_profile *profile, const struct object *object);

#endif
