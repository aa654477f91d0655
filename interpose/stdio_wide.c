/*
 * stdio_wide: the wide-character twins of the lines and characters of stdio.c. Order and buffers
 * are theirs; counts are characters, accesses bytes. ungetwc touches neither descriptor nor memory.
 */
#include <stdio.h>
#include <wchar.h>

#include "interpose/stdio_stream.h"

static size_t string_size(const wchar_t *s)
{
    return (REAL(wcslen)(s) + 1) * sizeof *s;
}

/* ---- lines ---- */

#define FGETWS(name, params, ...)                                                                  \
    INTERCEPT(wchar_t *, name, params)                                                             \
    {                                                                                              \
        wchar_t *line = REAL(name)(__VA_ARGS__);                                                   \
        stream_after(stream);                                                                      \
        if (line)                                                                                  \
            ACCESSES(WRITES(line, string_size(line)));                                             \
        return line;                                                                               \
    }
FGETWS(fgetws, (wchar_t *restrict to, int size, FILE *restrict stream), to, size, stream)
FGETWS(fgetws_unlocked, (wchar_t *restrict to, int size, FILE *restrict stream), to, size, stream)
FGETWS(__fgetws_chk, (wchar_t *restrict to, size_t room, int size, FILE *restrict stream), to, room,
       size, stream)
FGETWS(__fgetws_unlocked_chk, (wchar_t *restrict to, size_t room, int size, FILE *restrict stream),
       to, room, size, stream)

#define FPUTWS(name)                                                                               \
    INTERCEPT(int, name, (const wchar_t *restrict s, FILE *restrict stream))                       \
    {                                                                                              \
        ACCESSES(READS(s, string_size(s)));                                                        \
        stream_before(stream);                                                                     \
        return REAL(name)(s, stream);                                                              \
    }
FPUTWS(fputws)
FPUTWS(fputws_unlocked)

/* ---- characters ---- */

#define GETWC(name, params, stream, ...)                                                           \
    INTERCEPT(wint_t, name, params)                                                                \
    {                                                                                              \
        wint_t c = REAL(name)(__VA_ARGS__);                                                        \
        stream_after(stream);                                                                      \
        return c;                                                                                  \
    }
GETWC(fgetwc, (FILE * stream), stream, stream)
GETWC(getwc, (FILE * stream), stream, stream)
GETWC(fgetwc_unlocked, (FILE * stream), stream, stream)
GETWC(getwc_unlocked, (FILE * stream), stream, stream)
GETWC(getwchar, (void), stdin)
GETWC(getwchar_unlocked, (void), stdin)

#define PUTWC(name, params, stream, ...)                                                           \
    INTERCEPT(wint_t, name, params)                                                                \
    {                                                                                              \
        stream_before(stream);                                                                     \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
PUTWC(fputwc, (wchar_t c, FILE *stream), stream, c, stream)
PUTWC(putwc, (wchar_t c, FILE *stream), stream, c, stream)
PUTWC(fputwc_unlocked, (wchar_t c, FILE *stream), stream, c, stream)
PUTWC(putwc_unlocked, (wchar_t c, FILE *stream), stream, c, stream)
PUTWC(putwchar, (wchar_t c), stdout, c)
PUTWC(putwchar_unlocked, (wchar_t c), stdout, c)
