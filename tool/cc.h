/*
 * cc: the compiler's command line with the instrumentation put in.
 *
 * Instrument without the compiler's own runtime: gcc's driver must not see -fsanitize=thread (it
 * would link libtsan), so a specs file hands it to cc1, cc1plus and lto1 alone; clang gets it
 * behind -Xclang. A link gets the no-op hooks library and its rpath at the end. What compiles and
 * links nothing (--version, -print-..., -v) passes through untouched.
 *
 * The user's -fsanitize=thread is dropped (ours is there), his -fno-sanitize=thread turns ours off
 * for that file, and sanitizers that cannot live in one binary with ours are an error.
 */
#ifndef RACERUN_TOOL_CC_H
#define RACERUN_TOOL_CC_H

#include <stdbool.h>

#include "installation.h"

/* CC_GIVEN: the first argument is the compiler, of whatever language. */
enum cc_language { CC_C, CC_CXX, CC_GIVEN };

/* The command line to execute (argv[0] is looked up in PATH), NULL after telling the user why not.
 * It lives as long as the process. */
char **cc_command(const struct installation *installation, enum cc_language language, int argc,
                  char **argv);

#endif
