/* sem: what fork needs of sem.c. */
#ifndef RACERUN_INTERPOSE_SEM_H
#define RACERUN_INTERPOSE_SEM_H

#include "interpose/runtime.h"

/* In a forked child: nobody else is in the middle of a post. */
RT_HIDDEN void sem_fork_child(void);

#endif
