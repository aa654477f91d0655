/*
 * stdio_scan: the scanf family, in the C99 forms that headers rename calls to, and in the plain
 * ones. The string or stream is read first; then the targets of what was assigned are written.
 */
#include <stdarg.h>
#include <stdio.h>

#include "interpose/format.h"
#include "interpose/stdio_stream.h"

/* The headers rename these; here the real names are meant. */
#undef scanf
#undef fscanf
#undef sscanf

static int targets_written(const char *format, va_list list, int assigned, uintptr_t pc)
{
    struct hb_task *task = access_enter(pc);
    if (task) {
        format_scan(task, format, list, assigned, pc);
        rt_leave();
    }
    return assigned;
}

static void string_read(const char *s, uintptr_t pc)
{
    struct hb_task *task = access_enter(pc);
    if (task) {
        rt_range(task, s, REAL(strlen)(s) + 1, HB_READ, pc);
        rt_leave();
    }
}

/* `call` reads, with `list`; `after` runs when it has. The list is copied before, because a
 * function that has walked it leaves it undefined. */
#define SCAN(name, vname, dots, listed, call, after)                                               \
    INTERCEPT(int, name, dots)                                                                     \
    {                                                                                              \
        va_list list, targets;                                                                     \
        va_start(list, format);                                                                    \
        va_copy(targets, list);                                                                    \
        int assigned = call;                                                                       \
        after;                                                                                     \
        targets_written(format, targets, assigned, RT_CALLER);                                     \
        va_end(targets);                                                                           \
        va_end(list);                                                                              \
        return assigned;                                                                           \
    }                                                                                              \
    INTERCEPT(int, vname, listed)                                                                  \
    {                                                                                              \
        va_list targets;                                                                           \
        va_copy(targets, list);                                                                    \
        int assigned = call;                                                                       \
        after;                                                                                     \
        targets_written(format, targets, assigned, RT_CALLER);                                     \
        va_end(targets);                                                                           \
        return assigned;                                                                           \
    }
#define FORMAT const char *restrict format

#define SCAN_FAMILY(prefix)                                                                        \
    SCAN(prefix##scanf, prefix##vscanf, (FORMAT, ...), (FORMAT, va_list list),                     \
         REAL(prefix##vscanf)(format, list), stream_after(stdin))                                  \
    SCAN(prefix##fscanf, prefix##vfscanf, (FILE *restrict stream, FORMAT, ...),                    \
         (FILE *restrict stream, FORMAT, va_list list),                                            \
         REAL(prefix##vfscanf)(stream, format, list), stream_after(stream))                        \
    SCAN(prefix##sscanf, prefix##vsscanf, (const char *restrict s, FORMAT, ...),                   \
         (const char *restrict s, FORMAT, va_list list), REAL(prefix##vsscanf)(s, format, list),   \
         string_read(s, RT_CALLER))

SCAN_FAMILY(__isoc99_)
