/*
 * stdio_print: the printf family, and its wide-character twins. Strings and format are read before
 * the call; the output buffer is written with the terminator. The real work is done by the forms
 * that take a va_list.
 */
#define __NO_INLINE__ 1 /* libc's headers define vprintf and others in place */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "interpose/alloc.h"
#include "interpose/format.h"
#include "interpose/stdio_stream.h"

static void arguments_read(const void *text, bool wide, va_list list, uintptr_t pc)
{
    struct hb_task *task = access_enter(pc);
    if (task) {
        struct format format = {text, wide, false};
        format_print(task, &format, list, pc);
        rt_leave();
    }
}

/* `printed` characters, of which the buffer may have had room for some. */
static int output_written(char *to, size_t room, int printed, uintptr_t pc)
{
    struct hb_task *task = printed >= 0 && room ? access_enter(pc) : NULL;
    if (task) {
        size_t size = (size_t)printed + 1;
        rt_range(task, to, size < room ? size : room, HB_WRITE, pc);
        rt_leave();
    }
    return printed;
}

/* The same for wide characters. Where they do not fit, the call fails and does not tell how many
 * it wrote: certain is the first, which ends the empty string that every call begins with. */
static int wide_output_written(wchar_t *to, size_t room, int printed, uintptr_t pc)
{
    struct hb_task *task = room ? access_enter(pc) : NULL;
    if (task) {
        size_t count = printed < 0 ? 1 : (size_t)printed + 1;
        rt_range(task, to, count * sizeof *to, HB_WRITE, pc);
        rt_leave();
    }
    return printed;
}

/* The two forms of a function: NAME with dots, VNAME with a list. BODY is the work, its value in
 * `result`, with `format`, `list` and `pc`. */
#define PRINT(name, vname, last, dots, listed, body)                                               \
    INTERCEPT(int, name, dots)                                                                     \
    {                                                                                              \
        const uintptr_t pc = RT_CALLER;                                                            \
        int result;                                                                                \
        va_list list;                                                                              \
        va_start(list, last);                                                                      \
        arguments_read(format, sizeof *format > 1, list, pc);                                      \
        body;                                                                                      \
        va_end(list);                                                                              \
        return result;                                                                             \
    }                                                                                              \
    INTERCEPT(int, vname, listed)                                                                  \
    {                                                                                              \
        const uintptr_t pc = RT_CALLER;                                                            \
        int result;                                                                                \
        arguments_read(format, sizeof *format > 1, list, pc);                                      \
        body;                                                                                      \
        return result;                                                                             \
    }
#define FORMAT const char *restrict format
#define WIDE_FORMAT const wchar_t *restrict format

/* ---- to a stream or descriptor ---- */

PRINT(printf, vprintf, format, (FORMAT, ...), (FORMAT, va_list list),
      (stream_before(stdout), result = REAL(vprintf)(format, list), (void)pc))
PRINT(fprintf, vfprintf, format, (FILE *restrict stream, FORMAT, ...),
      (FILE *restrict stream, FORMAT, va_list list),
      (stream_before(stream), result = REAL(vfprintf)(stream, format, list), (void)pc))
PRINT(dprintf, vdprintf, format, (int fd, FORMAT, ...), (int fd, FORMAT, va_list list),
      (fd_before(fd), result = REAL(vdprintf)(fd, format, list), (void)pc))
PRINT(__printf_chk, __vprintf_chk, format, (int flag, FORMAT, ...),
      (int flag, FORMAT, va_list list),
      (stream_before(stdout), result = REAL(__vprintf_chk)(flag, format, list), (void)pc))
PRINT(__fprintf_chk, __vfprintf_chk, format, (FILE *restrict stream, int flag, FORMAT, ...),
      (FILE *restrict stream, int flag, FORMAT, va_list list),
      (stream_before(stream), result = REAL(__vfprintf_chk)(stream, flag, format, list), (void)pc))
PRINT(__dprintf_chk, __vdprintf_chk, format, (int fd, int flag, FORMAT, ...),
      (int fd, int flag, FORMAT, va_list list),
      (fd_before(fd), result = REAL(__vdprintf_chk)(fd, flag, format, list), (void)pc))

PRINT(wprintf, vwprintf, format, (WIDE_FORMAT, ...), (WIDE_FORMAT, va_list list),
      (stream_before(stdout), result = REAL(vwprintf)(format, list), (void)pc))
PRINT(fwprintf, vfwprintf, format, (FILE *restrict stream, WIDE_FORMAT, ...),
      (FILE *restrict stream, WIDE_FORMAT, va_list list),
      (stream_before(stream), result = REAL(vfwprintf)(stream, format, list), (void)pc))
PRINT(__wprintf_chk, __vwprintf_chk, format, (int flag, WIDE_FORMAT, ...),
      (int flag, WIDE_FORMAT, va_list list),
      (stream_before(stdout), result = REAL(__vwprintf_chk)(flag, format, list), (void)pc))
PRINT(__fwprintf_chk, __vfwprintf_chk, format, (FILE *restrict stream, int flag, WIDE_FORMAT, ...),
      (FILE *restrict stream, int flag, WIDE_FORMAT, va_list list),
      (stream_before(stream), result = REAL(__vfwprintf_chk)(stream, flag, format, list), (void)pc))

/* ---- to memory ---- */

PRINT(sprintf, vsprintf, format, (char *restrict to, FORMAT, ...),
      (char *restrict to, FORMAT, va_list list),
      result = output_written(to, SIZE_MAX, REAL(vsprintf)(to, format, list), pc))
PRINT(snprintf, vsnprintf, format, (char *restrict to, size_t size, FORMAT, ...),
      (char *restrict to, size_t size, FORMAT, va_list list),
      result = output_written(to, size, REAL(vsnprintf)(to, size, format, list), pc))
PRINT(__sprintf_chk, __vsprintf_chk, format,
      (char *restrict to, int flag, size_t room, FORMAT, ...),
      (char *restrict to, int flag, size_t room, FORMAT, va_list list),
      result = output_written(to, SIZE_MAX, REAL(__vsprintf_chk)(to, flag, room, format, list), pc))
PRINT(__snprintf_chk, __vsnprintf_chk, format,
      (char *restrict to, size_t size, int flag, size_t room, FORMAT, ...),
      (char *restrict to, size_t size, int flag, size_t room, FORMAT, va_list list),
      result = output_written(to, size, REAL(__vsnprintf_chk)(to, size, flag, room, format, list),
                              pc))

PRINT(swprintf, vswprintf, format, (wchar_t *restrict to, size_t size, WIDE_FORMAT, ...),
      (wchar_t *restrict to, size_t size, WIDE_FORMAT, va_list list),
      result = wide_output_written(to, size, REAL(vswprintf)(to, size, format, list), pc))
PRINT(__swprintf_chk, __vswprintf_chk, format,
      (wchar_t *restrict to, size_t size, int flag, size_t room, WIDE_FORMAT, ...),
      (wchar_t *restrict to, size_t size, int flag, size_t room, WIDE_FORMAT, va_list list),
      result = wide_output_written(to, size,
                                   REAL(__vswprintf_chk)(to, size, flag, room, format, list), pc))

/* ---- to a block of its own, allocated at the caller's place; `flag` is the fortified forms' ----
 */

static int print_sized(char *to, size_t size, int flag, const char *format, va_list list)
{
    va_list arguments;
    va_copy(arguments, list);
    int printed = flag < 0 ? REAL(vsnprintf)(to, size, format, arguments)
                           : REAL(__vsnprintf_chk)(to, size, flag, size, format, arguments);
    va_end(arguments);
    return printed;
}

static int print_allocated(char **ret_to, int flag, const char *format, va_list list, uintptr_t pc)
{
    int printed = print_sized(NULL, 0, flag, format, list);
    char *to = printed < 0 ? NULL : alloc_block((size_t)printed + 1, pc);
    if (!to)
        return -1;
    print_sized(to, (size_t)printed + 1, flag, format, list);
    *ret_to = to;
    struct hb_task *task = access_enter(pc);
    if (task) {
        rt_range(task, ret_to, sizeof *ret_to, HB_WRITE, pc);
        rt_range(task, to, (size_t)printed + 1, HB_WRITE, pc);
        rt_leave();
    }
    return printed;
}

PRINT(asprintf, vasprintf, format, (char **restrict to, FORMAT, ...),
      (char **restrict to, FORMAT, va_list list),
      result = print_allocated(to, -1, format, list, pc))
PRINT(__asprintf_chk, __vasprintf_chk, format, (char **restrict to, int flag, FORMAT, ...),
      (char **restrict to, int flag, FORMAT, va_list list),
      result = print_allocated(to, flag, format, list, pc))
