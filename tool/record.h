/*
 * record: what the last run found, in JSON, for `racerun explain ID`: the file racerun/last.json in
 * the user's cache folder (XDG_CACHE_HOME, else ~/.cache), readable by the user alone. It is
 * replaced in one piece by each run that finds anything, and left alone by others. That there is no
 * such folder, or no room in it, is no error: it is a convenience.
 */
#ifndef RACERUN_TOOL_RECORD_H
#define RACERUN_TOOL_RECORD_H

#include "report/report.h"

/* To be freed; NULL: the user has no such folder. */
char *record_path(void);
/* Of a report that was made with config.keep, after its end. */
void record_write(const struct report *report);

#endif
