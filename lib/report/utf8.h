/*
 * utf8: names and source lines come from strangers. On a terminal a control character could be
 * obeyed, in JSON an invalid byte would break the document.
 */
#ifndef RACERUN_REPORT_UTF8_H
#define RACERUN_REPORT_UTF8_H

#include "report/memory.h"

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Length of the valid sequence at `bytes` (`size` > 0 of them), or 0. */
size_t utf8_length(const char *bytes, size_t size);

/* Columns on the screen of valid text; 0, 1 or 2 for a character. */
size_t utf8_columns(const char *text, size_t size);
/* Where the first column from `column` on begins that begins a character; `size` when none does. */
size_t utf8_at_column(const char *text, size_t size, size_t column);

/* Adds `bytes` with control characters as '?' and invalid bytes as U+FFFD. */
void utf8_add_clean(struct buf *buf, const char *bytes, size_t size);

#endif
