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
/* Some module is instrumented. */
RT_HIDDEN bool modules_instrumented(void);
RT_HIDDEN void modules_lock(void);
RT_HIDDEN void modules_unlock(void);

#endif
