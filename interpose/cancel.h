/* cancel: keeps asynchronous cancellation out of the runtime. */
#ifndef RACERUN_INTERPOSE_CANCEL_H
#define RACERUN_INTERPOSE_CANCEL_H

#include "interpose/runtime.h"

/* For a thread whose rt_self.cancel_asynchronous is set: on entering the runtime, on leaving it. */
RT_HIDDEN void cancel_defer(void);
RT_HIDDEN void cancel_undefer(void);

#endif
