/*
 * modules: which code is mapped where, and which of it is instrumented.
 */
#ifndef RACERUN_INTERPOSE_MODULES_H
#define RACERUN_INTERPOSE_MODULES_H

#include <stdbool.h>

#include "interpose/runtime.h"

/* Looks at what is loaded, at boot and after dlopen and dlclose: writes a record for each module
 * that is new and forgets what is gone, whose memory starts a new life. */
RT_HIDDEN void modules_update(struct hb_task *task);
/* What lies in [low, high) is not instrumented, whatever its module is. */
RT_HIDDEN void modules_exclude(uintptr_t low, uintptr_t high);
/* Some module is instrumented. */
RT_HIDDEN bool modules_instrumented(void);
/* The memory of an instrumented module, code and static data; false: there are no more. */
RT_HIDDEN bool modules_instrumented_range(uint32_t index, uintptr_t *ret_low, uintptr_t *ret_high);
RT_HIDDEN void modules_lock(void);
RT_HIDDEN void modules_unlock(void);

#endif
