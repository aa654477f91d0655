/* barrier: what fork needs of barrier.c. */
#ifndef RACERUN_INTERPOSE_BARRIER_H
#define RACERUN_INTERPOSE_BARRIER_H

#include "interpose/runtime.h"

/* In a forked child: nobody else is on its way out of a barrier. */
RT_HIDDEN void barrier_fork_child(void);

#endif
