/*
 * stdio: streams. Buffers are accesses of the caller; the order that the descriptor behind a
 * stream gives is in stdio_stream.h. Two threads that use one FILE are legal and not ordered by it.
 */
#define __NO_INLINE__ 1 /* libc's headers define putchar and others in place */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "interpose/fd_life.h"
#include "interpose/stdio_stream.h"

static size_t length(const char *s)
{
    return REAL(strlen)(s) + 1;
}

/* ---- opening and closing ---- */

static FILE *stream_fresh(FILE *stream)
{
    fd_fresh(stream_fd(stream), NULL);
    return stream;
}

static void stream_ends(FILE *stream)
{
    if (stream_fd(stream) >= 0)
        fd_ends(stream_fd(stream));
}

#define FOPEN(name)                                                                                \
    INTERCEPT(FILE *, name, (const char *restrict path, const char *restrict mode))                \
    {                                                                                              \
        handler_calls("stream opened", RT_CALLER);                                                 \
        ACCESSES(READS_STRING(path); READS_STRING(mode));                                          \
        return stream_fresh(REAL(name)(path, mode));                                               \
    }
FOPEN(fopen)
FOPEN(fopen64)

#define FREOPEN(name)                                                                              \
    INTERCEPT(FILE *, name,                                                                        \
              (const char *restrict path, const char *restrict mode, FILE *restrict stream))       \
    {                                                                                              \
        ACCESSES(READS_STRING(path); READS_STRING(mode));                                          \
        stream_ends(stream);                                                                       \
        return stream_fresh(REAL(name)(path, mode, stream));                                       \
    }
FREOPEN(freopen)
FREOPEN(freopen64)

/* The number stays what it is. */
INTERCEPT(FILE *, fdopen, (int fd, const char *mode))
{
    ACCESSES(READS_STRING(mode));
    return REAL(fdopen)(fd, mode);
}

#define FCLOSE(name)                                                                               \
    INTERCEPT(int, name, (FILE * stream))                                                          \
    {                                                                                              \
        handler_calls("stream closed", RT_CALLER);                                                 \
        stream_ends(stream);                                                                       \
        return REAL(name)(stream);                                                                 \
    }
FCLOSE(fclose)
FCLOSE(pclose)

/* ---- blocks ---- */

#define FREAD(name, params, ...)                                                                   \
    INTERCEPT(size_t, name, params)                                                                \
    {                                                                                              \
        size_t done = REAL(name)(__VA_ARGS__);                                                     \
        stream_after(stream);                                                                      \
        ACCESSES(WRITES(buffer, done *size));                                                      \
        return done;                                                                               \
    }
#define BLOCKS size_t size, size_t count, FILE *restrict stream
FREAD(fread, (void *restrict buffer, BLOCKS), buffer, size, count, stream)
FREAD(fread_unlocked, (void *restrict buffer, BLOCKS), buffer, size, count, stream)
FREAD(__fread_chk, (void *restrict buffer, size_t room, BLOCKS), buffer, room, size, count, stream)
FREAD(__fread_unlocked_chk, (void *restrict buffer, size_t room, BLOCKS), buffer, room, size, count,
      stream)

#define FWRITE(name)                                                                               \
    INTERCEPT(size_t, name, (const void *restrict buffer, BLOCKS))                                 \
    {                                                                                              \
        ACCESSES(READS(buffer, size *count));                                                      \
        stream_before(stream);                                                                     \
        return REAL(name)(buffer, size, count, stream);                                            \
    }
FWRITE(fwrite)
FWRITE(fwrite_unlocked)

/* ---- lines ---- */

#define FGETS(name, params, ...)                                                                   \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        char *line = REAL(name)(__VA_ARGS__);                                                      \
        stream_after(stream);                                                                      \
        if (line)                                                                                  \
            ACCESSES(WRITES(line, length(line)));                                                  \
        return line;                                                                               \
    }
FGETS(fgets, (char *restrict to, int size, FILE *restrict stream), to, size, stream)
FGETS(fgets_unlocked, (char *restrict to, int size, FILE *restrict stream), to, size, stream)
FGETS(__fgets_chk, (char *restrict to, size_t room, int size, FILE *restrict stream), to, room,
      size, stream)
FGETS(__fgets_unlocked_chk, (char *restrict to, size_t room, int size, FILE *restrict stream), to,
      room, size, stream)

#define GETLINE(name, params, ...)                                                                 \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        stream_after(stream);                                                                      \
        ACCESSES(WRITES(line, sizeof *line); WRITES(size, sizeof *size);                           \
                 WRITES(*line, done >= 0 ? (size_t)done + 1 : 0));                                 \
        return done;                                                                               \
    }
#define LINE char **restrict line, size_t *restrict size
GETLINE(getline, (LINE, FILE *restrict stream), line, size, stream)
GETLINE(getdelim, (LINE, int delimiter, FILE *restrict stream), line, size, delimiter, stream)
GETLINE(__getdelim, (LINE, int delimiter, FILE *restrict stream), line, size, delimiter, stream)

#define FPUTS(name)                                                                                \
    INTERCEPT(int, name, (const char *restrict s, FILE *restrict stream))                          \
    {                                                                                              \
        ACCESSES(READS_STRING(s));                                                                 \
        stream_before(stream);                                                                     \
        return REAL(name)(s, stream);                                                              \
    }
FPUTS(fputs)
FPUTS(fputs_unlocked)

INTERCEPT(int, puts, (const char *s))
{
    ACCESSES(READS_STRING(s));
    stream_before(stdout);
    return REAL(puts)(s);
}

INTERCEPT(void, perror, (const char *s))
{
    ACCESSES(READS_STRING(s));
    stream_before(stderr);
    REAL(perror)(s);
}

/* ---- characters: no memory of the caller's, only order ---- */

#define GETC(name, params, stream, ...)                                                            \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        int c = REAL(name)(__VA_ARGS__);                                                           \
        stream_after(stream);                                                                      \
        return c;                                                                                  \
    }
GETC(fgetc, (FILE * stream), stream, stream)
GETC(getc, (FILE * stream), stream, stream)
GETC(fgetc_unlocked, (FILE * stream), stream, stream)
GETC(getc_unlocked, (FILE * stream), stream, stream)
GETC(getchar, (void), stdin)
GETC(getchar_unlocked, (void), stdin)
GETC(__uflow, (FILE * stream), stream, stream) /* of getc_unlocked in place */

#define PUTC(name, params, stream, ...)                                                            \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        stream_before(stream);                                                                     \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
PUTC(fputc, (int c, FILE *stream), stream, c, stream)
PUTC(putc, (int c, FILE *stream), stream, c, stream)
PUTC(fputc_unlocked, (int c, FILE *stream), stream, c, stream)
PUTC(putc_unlocked, (int c, FILE *stream), stream, c, stream)
PUTC(putchar, (int c), stdout, c)
PUTC(putchar_unlocked, (int c), stdout, c)
PUTC(__overflow, (FILE * stream, int c), stream, stream, c) /* of putc_unlocked in place */
PUTC(fflush, (FILE * stream), stream, stream)
PUTC(fflush_unlocked, (FILE * stream), stream, stream)
