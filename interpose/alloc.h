/*
 * alloc: the heap of the program, for interceptors that allocate on behalf of their caller.
 * `pc` is the place that the report of a block shows. Semantics, errno included, are glibc's.
 */
#ifndef RACERUN_INTERPOSE_ALLOC_H
#define RACERUN_INTERPOSE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

#include "interpose/runtime.h"

/* False: the program brings its own malloc. */
RT_HIDDEN bool alloc_is_ours(void);
RT_HIDDEN void *alloc_block(size_t size, uintptr_t pc);
/* `alignment` is a power of two; only if alloc_is_ours. */
RT_HIDDEN void *alloc_aligned(size_t alignment, size_t size, uintptr_t pc);

#endif
