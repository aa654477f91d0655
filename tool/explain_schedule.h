/*
 * explain_schedule: what a schedule file or token holds, in words; nothing is run.
 */
#ifndef RACERUN_TOOL_EXPLAIN_SCHEDULE_H
#define RACERUN_TOOL_EXPLAIN_SCHEDULE_H

#include "session.h"

/* Does the file begin as a schedule does? */
bool explain_is_schedule(const char *path);
/* Of a file or token: on standard output. 0, or EXIT_TOOL after telling. */
int explain_schedule(const struct session *session, const char *text);

#endif
