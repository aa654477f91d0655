/*
 * stdio_scan: the scanf family and its wide-character twins, in the C99 forms that headers rename
 * calls to, and in the plain ones. The string or stream is read first; then the targets of what was
 * assigned are written.
 */
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#include "interpose/format.h"
#include "interpose/stdio_stream.h"

static int targets_written(const struct format *format, va_list list, int assigned, uintptr_t pc)
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

static void wide_string_read(const wchar_t *s, uintptr_t pc)
{
    struct hb_task *task = access_enter(pc);
    if (task) {
        rt_range(task, s, (REAL(wcslen)(s) + 1) * sizeof *s, HB_READ, pc);
        rt_leave();
    }
}

/* As INTERCEPT. libc's headers rename the plain names; the C names here are our own. */
#define INTERCEPT_SCAN(name, params)                                                               \
    RT_EXPORT int scan_##name params __asm__(#name);                                               \
    extern RT_HIDDEN int rt_entry_##name params __attribute__((alias(#name)));                     \
    RT_EXPORT int scan_##name params

/* `call` reads, with `list`; `after` runs when it has. The list is copied before, because a
 * function that has walked it leaves it undefined. `old` forms are those from before C99. */
#define SCAN(name, vname, old, dots, listed, call, after)                                          \
    INTERCEPT_SCAN(name, dots)                                                                     \
    {                                                                                              \
        va_list list, targets;                                                                     \
        va_start(list, format);                                                                    \
        va_copy(targets, list);                                                                    \
        int assigned = call;                                                                       \
        after;                                                                                     \
        targets_written(&(struct format){format, sizeof *format > 1, old}, targets, assigned,      \
                        RT_CALLER);                                                                \
        va_end(targets);                                                                           \
        va_end(list);                                                                              \
        return assigned;                                                                           \
    }                                                                                              \
    INTERCEPT_SCAN(vname, listed)                                                                  \
    {                                                                                              \
        va_list targets;                                                                           \
        va_copy(targets, list);                                                                    \
        int assigned = call;                                                                       \
        after;                                                                                     \
        targets_written(&(struct format){format, sizeof *format > 1, old}, targets, assigned,      \
                        RT_CALLER);                                                                \
        va_end(targets);                                                                           \
        return assigned;                                                                           \
    }
#define FORMAT const char *restrict format

#define SCAN_FAMILY(prefix, old)                                                                   \
    SCAN(prefix##scanf, prefix##vscanf, old, (FORMAT, ...), (FORMAT, va_list list),                \
         REAL(prefix##vscanf)(format, list), stream_after(stdin))                                  \
    SCAN(prefix##fscanf, prefix##vfscanf, old, (FILE *restrict stream, FORMAT, ...),               \
         (FILE *restrict stream, FORMAT, va_list list),                                            \
         REAL(prefix##vfscanf)(stream, format, list), stream_after(stream))                        \
    SCAN(prefix##sscanf, prefix##vsscanf, old, (const char *restrict s, FORMAT, ...),              \
         (const char *restrict s, FORMAT, va_list list), REAL(prefix##vsscanf)(s, format, list),   \
         string_read(s, RT_CALLER))

SCAN_FAMILY(__isoc99_, false)
SCAN_FAMILY(, true)

#define WIDE_FORMAT const wchar_t *restrict format

#define WIDE_SCAN_FAMILY(prefix, old)                                                              \
    SCAN(prefix##wscanf, prefix##vwscanf, old, (WIDE_FORMAT, ...), (WIDE_FORMAT, va_list list),    \
         REAL(prefix##vwscanf)(format, list), stream_after(stdin))                                 \
    SCAN(prefix##fwscanf, prefix##vfwscanf, old, (FILE *restrict stream, WIDE_FORMAT, ...),        \
         (FILE *restrict stream, WIDE_FORMAT, va_list list),                                       \
         REAL(prefix##vfwscanf)(stream, format, list), stream_after(stream))                       \
    SCAN(prefix##swscanf, prefix##vswscanf, old, (const wchar_t *restrict s, WIDE_FORMAT, ...),    \
         (const wchar_t *restrict s, WIDE_FORMAT, va_list list),                                   \
         REAL(prefix##vswscanf)(s, format, list), wide_string_read(s, RT_CALLER))

WIDE_SCAN_FAMILY(__isoc99_, false)
WIDE_SCAN_FAMILY(, true)
