/*
 * fd_life: the beginning and end of a descriptor, for the files that intercept its many makers.
 */
#ifndef RACERUN_INTERPOSE_FD_LIFE_H
#define RACERUN_INTERPOSE_FD_LIFE_H

#include "interpose/fd_table.h"

/* A call returned `fd` (negative: it failed): the number starts afresh, with what `make` makes
 * (NULL: whatever fstat says at its first use). Returns `fd`. */
RT_HIDDEN int fd_fresh(int fd, struct fd_file *(*make)(void));
/* A call is about to close `fd`. */
RT_HIDDEN void fd_ends(int fd);

#endif
