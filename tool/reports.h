/*
 * reports: files that were written with --format=json, read back into a session's report.
 */
#ifndef RACERUN_TOOL_REPORTS_H
#define RACERUN_TOOL_REPORTS_H

#include "session.h"

/* 0, or EXIT_TOOL after telling. */
int reports_add(struct session *session, const char *path);

#endif
