/*
 * debugger: gdb at the finding of a replay (interpose/control/stop.c).
 */
#ifndef RACERUN_TOOL_DEBUGGER_H
#define RACERUN_TOOL_DEBUGGER_H

#include "campaign.h"

/* Is there one? 0, or the exit code after telling. */
int debugger_check(void);
/* As worker_run; gdb comes when the program stops, and has the terminal until it ends. */
bool debugger_run(struct worker *worker);

#endif
