/*
 * format: which memory the arguments of a printf or scanf call name. Runtime entered. Positional
 * arguments (%1$s) are not followed: such a call's arguments are not recorded.
 */
#ifndef RACERUN_INTERPOSE_FORMAT_H
#define RACERUN_INTERPOSE_FORMAT_H

#include <stdarg.h>

#include "interpose/runtime.h"

/* What the arguments mean does not depend on the width of the format's characters. */
struct format {
    const void *text; /* char, or wchar_t if `wide` */
    bool wide;
    bool a_may_allocate; /* %as is scanf's, from before C99, not %a and a letter */
};

/* The format and strings are read, %n is written. */
RT_HIDDEN void format_print(struct hb_task *task, const struct format *format, va_list arguments,
                            uintptr_t pc);
/* The format is read, the targets of the first `assigned` conversions are written. */
RT_HIDDEN void format_scan(struct hb_task *task, const struct format *format, va_list arguments,
                           int assigned, uintptr_t pc);

#endif
