/* cycle: locks that are taken in orders which can end in a deadlock, as findings (P15). */
#ifndef RACERUN_INTERPOSE_CYCLE_H
#define RACERUN_INTERPOSE_CYCLE_H

#include "interpose/runtime.h"

/* struct hb_callbacks.lock_order */
RT_HIDDEN void cycle_report(void *arg, struct hb_task *task, const struct hb_order_edge *edges,
                            size_t count);

#endif
