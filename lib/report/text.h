/*
 * text: the pieces that the text format is made of. Whatever a name contains, it can neither end a
 * line nor speak to the terminal.
 */
#ifndef RACERUN_REPORT_TEXT_H
#define RACERUN_REPORT_TEXT_H

#include "report/format.h"

/* NOW and BEFORE: the two accesses, of which the words tell which is which. */
enum style { PLAIN, BOLD, KIND, PLACE, CARET, GUTTER, NOW, BEFORE };
struct text {
    struct buf *out;
    const struct format_context *c;
    enum style caret; /* of excerpts; PLAIN: CARET */
};

void text_style(struct text *t, enum style style);
__attribute__((format(printf, 2, 3))) void text_put(struct text *t, const char *format, ...);
__attribute__((format(printf, 3, 4))) void text_put_styled(struct text *t, enum style how,
                                                           const char *format, ...);
void text_line_end(struct text *t);
/* main.c:12:5; 0 unknown. */
void text_put_place(struct text *t, const char *file, uint32_t line, uint32_t column);
/* "1 byte", "4 bytes" */
void text_put_bytes(struct text *t, uint64_t count);
/* Each word whole; lines begin with `indent` columns, the first one at column `at`. */
void text_put_wrapped(struct text *t, const char *words, size_t indent, size_t at);

/* Frames, one a line; with an excerpt of the source at the one of the `access`. */
void text_put_stack(struct text *t, const struct stack *stack, bool access);
/* The line of source that the frame is at, if it can be read. */
void text_put_excerpt(struct text *t, const struct frame *frame);
/* " in worker at main.c:19:3" */
void text_put_top(struct text *t, const struct stack *stack);

#endif
