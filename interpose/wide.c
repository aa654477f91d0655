/*
 * wide: the wide-character twins of memory.c and string.c, and the conversions between wide and
 * multibyte. Counts are characters, accesses bytes. The C library has fast versions of the search
 * and copy functions; what a call touches is found with the plain loops here.
 */
#include <stdlib.h>
#include <wchar.h>

#include "interpose/access.h"
#include "interpose/alloc.h"

static size_t bytes(size_t characters)
{
    return characters * sizeof(wchar_t);
}

static size_t length_within(const wchar_t *s, size_t limit)
{
    size_t n = 0;
    while (n < limit && s[n])
        n++;
    return n < limit ? n + 1 : limit;
}

/* Characters of a string, terminator included. */
static size_t length(const wchar_t *s)
{
    return length_within(s, SIZE_MAX);
}

static size_t compared(const wchar_t *a, const wchar_t *b, size_t limit, bool strings)
{
    for (size_t i = 0; i < limit; i++)
        if (a[i] != b[i] || (strings && !a[i]))
            return i + 1;
    return limit;
}

static size_t distance(const wchar_t *from, const wchar_t *to)
{
    return (size_t)(to - from);
}

/* ---- blocks ---- */

#define WMEMCPY(name, params, ...)                                                                 \
    INTERCEPT(wchar_t *, name, params)                                                             \
    {                                                                                              \
        ACCESSES(READS(from, bytes(count)); WRITES(to, bytes(count)));                             \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
#define WIDE_COPY wchar_t *to, const wchar_t *from
#define WIDE_COPY_R wchar_t *restrict to, const wchar_t *restrict from
WMEMCPY(wmemcpy, (WIDE_COPY_R, size_t count), to, from, count)
WMEMCPY(wmempcpy, (WIDE_COPY_R, size_t count), to, from, count)
WMEMCPY(wmemmove, (WIDE_COPY, size_t count), to, from, count)
WMEMCPY(__wmemcpy_chk, (WIDE_COPY, size_t count, size_t room), to, from, count, room)
WMEMCPY(__wmempcpy_chk, (WIDE_COPY, size_t count, size_t room), to, from, count, room)
WMEMCPY(__wmemmove_chk, (WIDE_COPY, size_t count, size_t room), to, from, count, room)

#define WMEMSET(name, params, ...)                                                                 \
    INTERCEPT(wchar_t *, name, params)                                                             \
    {                                                                                              \
        ACCESSES(WRITES(to, bytes(count)));                                                        \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
WMEMSET(wmemset, (wchar_t * to, wchar_t c, size_t count), to, c, count)
WMEMSET(__wmemset_chk, (wchar_t * to, wchar_t c, size_t count, size_t room), to, c, count, room)

INTERCEPT(int, wmemcmp, (const wchar_t *a, const wchar_t *b, size_t count))
{
    ACCESSES(size_t read = compared(a, b, count, false); READS(a, bytes(read));
             READS(b, bytes(read)));
    return REAL(wmemcmp)(a, b, count);
}

INTERCEPT(wchar_t *, wmemchr, (const wchar_t *s, wchar_t c, size_t count))
{
    wchar_t *found = REAL(wmemchr)(s, c, count);
    ACCESSES(READS(s, bytes(found ? distance(s, found) + 1 : count)));
    return found;
}

/* ---- strings ---- */

INTERCEPT(size_t, wcslen, (const wchar_t *s))
{
    size_t n = REAL(wcslen)(s);
    ACCESSES(READS(s, bytes(n + 1)));
    return n;
}

INTERCEPT(size_t, wcsnlen, (const wchar_t *s, size_t limit))
{
    ACCESSES(READS(s, bytes(length_within(s, limit))));
    return REAL(wcsnlen)(s, limit);
}

#define WCSCPY(name, params, ...)                                                                  \
    INTERCEPT(wchar_t *, name, params)                                                             \
    {                                                                                              \
        ACCESSES(size_t n = length(from); READS(from, bytes(n)); WRITES(to, bytes(n)));            \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
WCSCPY(wcscpy, (WIDE_COPY_R), to, from)
WCSCPY(wcpcpy, (WIDE_COPY_R), to, from)
WCSCPY(__wcscpy_chk, (WIDE_COPY, size_t room), to, from, room)
WCSCPY(__wcpcpy_chk, (WIDE_COPY, size_t room), to, from, room)

#define WCSNCPY(name, params, ...)                                                                 \
    INTERCEPT(wchar_t *, name, params)                                                             \
    {                                                                                              \
        ACCESSES(READS(from, bytes(length_within(from, count))); WRITES(to, bytes(count)));        \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
WCSNCPY(wcsncpy, (WIDE_COPY_R, size_t count), to, from, count)
WCSNCPY(wcpncpy, (WIDE_COPY_R, size_t count), to, from, count)
WCSNCPY(__wcsncpy_chk, (WIDE_COPY, size_t count, size_t room), to, from, count, room)
WCSNCPY(__wcpncpy_chk, (WIDE_COPY, size_t count, size_t room), to, from, count, room)

/* `count` characters at most, and a terminator. */
#define WCSNCAT(name, params, count, ...)                                                          \
    INTERCEPT(wchar_t *, name, params)                                                             \
    {                                                                                              \
        ACCESSES(size_t read = length_within(from, count), old = length(to);                       \
                 size_t copied = read && !from[read - 1] ? read - 1 : read;                        \
                 READS(from, bytes(read)); READS(to, bytes(old));                                  \
                 WRITES(to + old - 1, bytes(copied + 1)));                                         \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
WCSNCAT(wcscat, (WIDE_COPY_R), SIZE_MAX, to, from)
WCSNCAT(wcsncat, (WIDE_COPY_R, size_t count), count, to, from, count)
WCSNCAT(__wcscat_chk, (WIDE_COPY, size_t room), SIZE_MAX, to, from, room)
WCSNCAT(__wcsncat_chk, (WIDE_COPY, size_t count, size_t room), count, to, from, count, room)

INTERCEPT(wchar_t *, wcsdup, (const wchar_t *s))
{
    size_t size = bytes(length(s));
    wchar_t *block = alloc_block(size, RT_CALLER);
    if (!block)
        return NULL;
    __builtin_memcpy(block, s, size);
    ACCESSES(READS(s, size); WRITES(block, size));
    return block;
}

#define WCSCMP(name, params, limit, ...)                                                           \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(size_t read = compared(a, b, limit, true); READS(a, bytes(read));                 \
                 READS(b, bytes(read)));                                                           \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
WCSCMP(wcscmp, (const wchar_t *a, const wchar_t *b), SIZE_MAX, a, b)
WCSCMP(wcsncmp, (const wchar_t *a, const wchar_t *b, size_t count), count, a, b, count)

/* May look at all of both. */
INTERCEPT(int, wcscoll, (const wchar_t *a, const wchar_t *b))
{
    ACCESSES(READS(a, bytes(length(a))); READS(b, bytes(length(b))));
    return REAL(wcscoll)(a, b);
}

INTERCEPT(wchar_t *, wcschr, (const wchar_t *s, wchar_t c))
{
    wchar_t *found = REAL(wcschr)(s, c);
    ACCESSES(READS(s, bytes(found ? distance(s, found) + 1 : length(s))));
    return found;
}

INTERCEPT(wchar_t *, wcsrchr, (const wchar_t *s, wchar_t c))
{
    ACCESSES(READS(s, bytes(length(s))));
    return REAL(wcsrchr)(s, c);
}

INTERCEPT(wchar_t *, wcsstr, (const wchar_t *haystack, const wchar_t *needle))
{
    wchar_t *found = REAL(wcsstr)(haystack, needle);
    ACCESSES(size_t n = length(needle);
             READS(haystack, bytes(found ? distance(haystack, found) + n - 1 : length(haystack)));
             READS(needle, bytes(n)));
    return found;
}

#define WCSSPN(name)                                                                               \
    INTERCEPT(size_t, name, (const wchar_t *s, const wchar_t *set))                                \
    {                                                                                              \
        size_t n = REAL(name)(s, set);                                                             \
        ACCESSES(READS(s, bytes(n + 1)); READS(set, bytes(length(set))));                          \
        return n;                                                                                  \
    }
WCSSPN(wcsspn)
WCSSPN(wcscspn)

INTERCEPT(wchar_t *, wcspbrk, (const wchar_t *s, const wchar_t *set))
{
    wchar_t *found = REAL(wcspbrk)(s, set);
    ACCESSES(READS(s, bytes(found ? distance(s, found) + 1 : length(s)));
             READS(set, bytes(length(set))));
    return found;
}

/* ---- conversions ---- */

#define TO_MULTIBYTE(name, params, ...)                                                            \
    INTERCEPT(size_t, name, params)                                                                \
    {                                                                                              \
        size_t n = REAL(name)(__VA_ARGS__);                                                        \
        if (n != (size_t)-1)                                                                       \
            ACCESSES(READS(from, bytes(to ? length_within(from, size) : length(from)));            \
                     WRITES(to, to ? (n < size ? n + 1 : size) : 0));                              \
        return n;                                                                                  \
    }
TO_MULTIBYTE(wcstombs, (char *restrict to, const wchar_t *restrict from, size_t size), to, from,
             size)
TO_MULTIBYTE(__wcstombs_chk, (char *to, const wchar_t *from, size_t size, size_t room), to, from,
             size, room)

#define FROM_MULTIBYTE(name, params, ...)                                                          \
    INTERCEPT(size_t, name, params)                                                                \
    {                                                                                              \
        size_t n = REAL(name)(__VA_ARGS__);                                                        \
        if (n != (size_t)-1)                                                                       \
            ACCESSES(READS(from, n < count ? REAL(strlen)(from) + 1 : n);                          \
                     WRITES(to, to ? bytes(n < count ? n + 1 : count) : 0));                       \
        return n;                                                                                  \
    }
FROM_MULTIBYTE(mbstowcs, (wchar_t *restrict to, const char *restrict from, size_t count), to, from,
               count)
FROM_MULTIBYTE(__mbstowcs_chk, (wchar_t * to, const char *from, size_t count, size_t room), to,
               from, count, room)
