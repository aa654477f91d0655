/*
 * memory: memcpy and its kin. Each accesses exactly the bytes that it may touch (P12): a comparing
 * or searching function those up to its answer, a copying one all.
 *
 * Hot: a small memcpy costs one test of thread-local state, one lookup of its caller and the
 * engine's range accesses. Calls that the compiler puts into our own code do not come here
 * (builtins.c).
 */
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "interpose/access.h"

/* Where the first difference ends: the number of bytes that a comparison reads of each. */
static size_t compared(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;
    size_t i = 0;
    while (i < size && x[i] == y[i])
        i++;
    return i < size ? i + 1 : size;
}

/* ---- copy ---- */

#define COPY(ret, name, params, target, source, size, ...)                                         \
    INTERCEPT(ret, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(READS(source, size); WRITES(target, size));                                       \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

COPY(void *, memcpy, (void *restrict to, const void *restrict from, size_t size), to, from, size,
     to, from, size)
COPY(void *, memmove, (void *to, const void *from, size_t size), to, from, size, to, from, size)
COPY(void *, mempcpy, (void *restrict to, const void *restrict from, size_t size), to, from, size,
     to, from, size)
COPY(void *, __mempcpy, (void *restrict to, const void *restrict from, size_t size), to, from, size,
     to, from, size)
COPY(void, bcopy, (const void *from, void *to, size_t size), to, from, size, from, to, size)
COPY(void *, __memcpy_chk, (void *to, const void *from, size_t size, size_t room), to, from, size,
     to, from, size, room)
COPY(void *, __memmove_chk, (void *to, const void *from, size_t size, size_t room), to, from, size,
     to, from, size, room)
COPY(void *, __mempcpy_chk, (void *to, const void *from, size_t size, size_t room), to, from, size,
     to, from, size, room)

INTERCEPT(void *, memccpy, (void *restrict to, const void *restrict from, int c, size_t size))
{
    void *end = REAL(memccpy)(to, from, c, size);
    size_t copied = end ? (size_t)((char *)end - (char *)to) : size;
    ACCESSES(READS(from, copied); WRITES(to, copied));
    return end;
}

INTERCEPT(void, swab, (const void *restrict from, void *restrict to, ssize_t size))
{
    ACCESSES(READS(from, size > 0 ? (size_t)size & ~(size_t)1 : 0);
             WRITES(to, size > 0 ? (size_t)size & ~(size_t)1 : 0));
    REAL(swab)(from, to, size);
}

/* ---- fill ---- */

#define FILL(ret, name, params, ...)                                                               \
    INTERCEPT(ret, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(WRITES(to, size));                                                                \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

FILL(void *, memset, (void *to, int c, size_t size), to, c, size)
FILL(void *, __memset_chk, (void *to, int c, size_t size, size_t room), to, c, size, room)
FILL(void, bzero, (void *to, size_t size), to, size)
FILL(void, __bzero, (void *to, size_t size), to, size)
FILL(void, explicit_bzero, (void *to, size_t size), to, size)
FILL(void, __explicit_bzero_chk, (void *to, size_t size, size_t room), to, size, room)

/* ---- compare ---- */

#define COMPARE(name)                                                                              \
    INTERCEPT(int, name, (const void *a, const void *b, size_t size))                              \
    {                                                                                              \
        int result = REAL(name)(a, b, size);                                                       \
        ACCESSES(size_t read = result ? compared(a, b, size) : size; READS(a, read);               \
                 READS(b, read));                                                                  \
        return result;                                                                             \
    }

COMPARE(memcmp)
COMPARE(bcmp)
COMPARE(__memcmpeq)

/* ---- search ---- */

INTERCEPT(void *, memchr, (const void *s, int c, size_t size))
{
    char *found = REAL(memchr)(s, c, size);
    ACCESSES(READS(s, found ? (size_t)(found - (const char *)s) + 1 : size));
    return found;
}

INTERCEPT(void *, memrchr, (const void *s, int c, size_t size))
{
    char *found = REAL(memrchr)(s, c, size);
    const char *end = (const char *)s + size;
    ACCESSES(if (found) READS(found, (size_t)(end - found)); else READS(s, size));
    return found;
}

#define RAWMEMCHR(name)                                                                            \
    INTERCEPT(void *, name, (const void *s, int c))                                                \
    {                                                                                              \
        char *found = REAL(name)(s, c);                                                            \
        ACCESSES(READS(s, (size_t)(found - (const char *)s) + 1));                                 \
        return found;                                                                              \
    }

RAWMEMCHR(rawmemchr)
RAWMEMCHR(__rawmemchr)

INTERCEPT(void *, memmem,
          (const void *haystack, size_t haystack_size, const void *needle, size_t needle_size))
{
    char *found = REAL(memmem)(haystack, haystack_size, needle, needle_size);
    ACCESSES(size_t before = found ? (size_t)(found - (const char *)haystack) : 0;
             READS(haystack, found ? before + needle_size : haystack_size);
             READS(needle, needle_size));
    return found;
}
