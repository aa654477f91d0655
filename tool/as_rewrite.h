/*
 * as_rewrite: puts what is frequent (hb/fast.h, by proto/inline.h) before the calls that
 * -fsanitize=thread makes, in the assembly of gcc and clang for x86-64: the same-epoch check of plain
 * accesses, atomic loads that find nothing new, and the entry and exit of functions.
 *
 * A call becomes the check, a jump over the call, and the call where it was: its return address
 * keeps its line, its inlined frames and its unwinding. The check uses registers that the call may
 * change, no stack, and lies in the call's line, so that the text keeps its line numbers.
 */
#ifndef RACERUN_TOOL_AS_REWRITE_H
#define RACERUN_TOOL_AS_REWRITE_H

#include <stddef.h>

/* The new text (the caller's to free), or NULL when there is nothing to change. */
char *as_rewrite(const char *text, size_t length, size_t *ret_length);

#endif
