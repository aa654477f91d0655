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

/* Adds `bytes` with control characters as '?' and invalid bytes as U+FFFD. */
void utf8_add_clean(struct buf *buf, const char *bytes, size_t size);

#endif
