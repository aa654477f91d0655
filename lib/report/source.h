/*
 * source: the line of code that an access is on, for an excerpt.
 */
#ifndef RACERUN_REPORT_SOURCE_H
#define RACERUN_REPORT_SOURCE_H

#include <stdio.h>

#include "report/memory.h"

struct source_excerpt {
    const char *text; /* the line, tabs expanded, nothing that a terminal would obey */
    size_t caret;     /* columns before the place, SIZE_MAX unknown */
    size_t length;    /* columns of what stands there: a name, a member, an operator; 1 unknown */
};

/* Only regular files: opening a FIFO or device that a line table names must do no harm. NULL: it
 * cannot be read. */
FILE *source_open(const char *file);

/* False when the file cannot be read or has no such line; that is no error. `column` counts bytes
 * from 1, as compilers do; 0 unknown. `width` 0: as long as
 * the line is; else a part of at most that many columns around the place. */
bool source_read(struct arena *arena, const char *file, uint32_t line, uint32_t column,
                 size_t width, struct source_excerpt *ret_excerpt);

#endif
