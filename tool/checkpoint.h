/*
 * checkpoint: an exhaustive search as a file, written now and then and when the search is
 * interrupted, and read by the same command, which goes on where the file was written. What was
 * executed since is executed again, and counted once.
 *
 * The file begins with a line that names its version; then come what the search is of (the
 * program's build, the options, where its memory lies), how far it is (counters, traces seen,
 * failures told), and what is still to be explored, as the injected library wrote it; last a
 * digest of all that. It takes the place of the one before in one step, so there is always a
 * whole one.
 */
#ifndef RACERUN_TOOL_CHECKPOINT_H
#define RACERUN_TOOL_CHECKPOINT_H

#include "search.h"

/* Before the campaign is opened: what --checkpoint names. 0, or the exit code after telling why
 * not. */
int checkpoint_open(struct search *search, const struct session *session);
/* Workers are up: tells them where to write, and what to begin with. Likewise. */
int checkpoint_begin(struct search *search);
/* Is it time to write? */
bool checkpoint_is_due(const struct search *search);
/* While no worker is busy. Telling why not, once. */
void checkpoint_write(struct search *search);
/* The search has ended, and its workers are idle: writes, or removes what is of no use any more. */
void checkpoint_end(struct search *search);
void checkpoint_close(void);

#endif
