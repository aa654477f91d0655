/*
 * excerpts: the source around all places that a report speaks of, each file read once. For a page
 * that has no other way to come by it.
 */
#ifndef RACERUN_REPORT_EXCERPTS_H
#define RACERUN_REPORT_EXCERPTS_H

#include "report/document.h"
#include "report/format.h"

enum {
    EXCERPTS_AROUND = 4,          /* lines before and after a place */
    EXCERPTS_BYTES_MAX = 4 << 20, /* in all; what comes after is left out */
    EXCERPTS_LINE_MAX = 400,      /* of a line, bytes */
};

/* As lines of JSON: racerun-source/1 with `file` (as format_path names it), `from` (the first
 * line's number) and `lines`. */
void excerpts_put(struct buf *out, const struct document *document, const struct format_context *c);

#endif
