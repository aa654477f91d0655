/*
 * program: from the name that the user typed to the file that will run, as execvp finds it.
 */
#ifndef RACERUN_TOOL_PROGRAM_H
#define RACERUN_TOOL_PROGRAM_H

#include <limits.h>

/*
 * Fills ret_path. Returns 0, or the exit code after telling the user: EXIT_NOT_FOUND,
 * EXIT_UNEXECUTABLE.
 */
int program_resolve(const char *name, char ret_path[PATH_MAX]);

#endif
