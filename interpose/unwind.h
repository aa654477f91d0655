/*
 * unwind: where a call came from, when it came through code that is not instrumented.
 */
#ifndef RACERUN_INTERPOSE_UNWIND_H
#define RACERUN_INTERPOSE_UNWIND_H

#include "interpose/runtime.h"

/* The return address into the innermost instrumented function on the calling thread's stack; 0 if
 * there is none, or no way to know. Runtime entered. */
RT_HIDDEN uintptr_t unwind_instrumented(void);

#endif
