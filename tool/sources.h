/*
 * sources: `racerun FILE.c...`: compiles instrumented into a folder of its own, which is removed
 * after the run.
 */
#ifndef RACERUN_TOOL_SOURCES_H
#define RACERUN_TOOL_SOURCES_H

#include <limits.h>
#include <stdbool.h>

#include "installation.h"
#include "settings.h"

struct sources {
    char folder[PATH_MAX / 2]; /* "" = nothing was built */
    char program[PATH_MAX];    /* in it */
};

/* Does the argument name a C or C++ file? */
bool sources_is_file(const char *name);

/*
 * argv begins with the first source file. The files and what is between them and `--` go to the
 * compiler, but for options of racerun, which are set. *ret_used is how many arguments were taken,
 * `--` included. Returns 0 or the exit code.
 */
int sources_build(const struct installation *installation, struct settings *settings, int argc,
                  char **argv, int *ret_used, struct sources *ret_sources);

/* Removes the folder. */
void sources_done(struct sources *sources);

#endif
