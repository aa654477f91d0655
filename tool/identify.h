/*
 * identify: which build of a program a file is.
 */
#ifndef RACERUN_TOOL_IDENTIFY_H
#define RACERUN_TOOL_IDENTIFY_H

#include <stddef.h>

/* The build id in hexadecimal; of a file that has none, "f" and a digest of its bytes; "" when it
 * cannot be read. `size` is at least 41. */
void identify_build(const char *path, char *ret_id, size_t size);

#endif
