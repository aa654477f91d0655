/*
 * launch: starts the program and stays with it until it has ended.
 *
 * The program inherits everything we were started with: descriptors, signal dispositions and mask,
 * process group, terminal. Signals that the terminal sends reach it directly, so we ignore them;
 * those that another process sends to us alone are passed on. We never reap or signal anything but
 * the program itself, and when we are killed it goes on.
 */
#ifndef RACERUN_TOOL_LAUNCH_H
#define RACERUN_TOOL_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "journal.h"

struct launch {
    const char *path; /* of the file to execute */
    char **argv;
    char **environment;
    bool detached; /* standard input is /dev/null, and signals reach us alone: it gets neither the
                    * terminal's nor those that we are sent; its addresses are the same each time
                    */
    struct journal *journal; /* its bell also wakes us when the program ends */
};

/* Starts it; 0 or the positive errno of the failure. From here until launch_done the tool's signals
 * are handled as above. */
int launch_start(const struct launch *launch, pid_t *ret_pid);
void launch_done(void);

/* Has it ended? Then *ret_status is waitpid's. */
bool launch_reap(pid_t pid, int *ret_status);

/* After the end: did someone ask us to stop (SIGINT, SIGTERM, ...)? */
bool launch_interrupted(void);

/* The environment of this process with the variables of the detector put in; `preload` NULL leaves
 * it as it is. `block_path`: of proto/explore.h, or NULL. Lives as long as the process. */
char **launch_environment(const char *preload, const char *journal_path, const char *block_path);

#endif
