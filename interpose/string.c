/*
 * string: the functions on NUL-terminated bytes. What each may read ends at its terminator, its
 * answer or its limit, whichever comes first; a copy writes the terminator too (P12).
 */
#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "interpose/access.h"
#include "interpose/alloc.h"

/* Bytes of a string, terminator included. */
static size_t length(const char *s)
{
    return REAL(strlen)(s) + 1;
}

/* The same, if the function looks at no more than `limit` bytes. */
static size_t length_within(const char *s, size_t limit)
{
    size_t n = REAL(strnlen)(s, limit);
    return n < limit ? n + 1 : limit;
}

static size_t distance(const char *from, const char *to)
{
    return (size_t)(to - from);
}

/* Bytes that a comparison reads of each string. */
static size_t compared(const char *a, const char *b, size_t limit)
{
    for (size_t i = 0; i < limit; i++)
        if (a[i] != b[i] || !a[i])
            return i + 1;
    return limit;
}

static size_t compared_case(const char *a, const char *b, size_t limit)
{
    for (size_t i = 0; i < limit; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]) || !a[i])
            return i + 1;
    return limit;
}

/* ---- length ---- */

INTERCEPT(size_t, strlen, (const char *s))
{
    size_t n = REAL(strlen)(s);
    ACCESSES(READS(s, n + 1));
    return n;
}

INTERCEPT(size_t, strnlen, (const char *s, size_t limit))
{
    size_t n = REAL(strnlen)(s, limit);
    ACCESSES(READS(s, n < limit ? n + 1 : limit));
    return n;
}

/* ---- copy ---- */

#define STRCPY(name, params, ...)                                                                  \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        ACCESSES(size_t n = length(from); READS(from, n); WRITES(to, n));                          \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

STRCPY(strcpy, (char *restrict to, const char *restrict from), to, from)
STRCPY(stpcpy, (char *restrict to, const char *restrict from), to, from)
STRCPY(__stpcpy, (char *restrict to, const char *restrict from), to, from)
STRCPY(__strcpy_chk, (char *to, const char *from, size_t room), to, from, room)
STRCPY(__stpcpy_chk, (char *to, const char *from, size_t room), to, from, room)

#define STRNCPY(name, params, ...)                                                                 \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        ACCESSES(READS(from, length_within(from, size)); WRITES(to, size));                        \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

STRNCPY(strncpy, (char *restrict to, const char *restrict from, size_t size), to, from, size)
STRNCPY(stpncpy, (char *restrict to, const char *restrict from, size_t size), to, from, size)
STRNCPY(__stpncpy, (char *restrict to, const char *restrict from, size_t size), to, from, size)
STRNCPY(__strncpy_chk, (char *to, const char *from, size_t size, size_t room), to, from, size, room)
STRNCPY(__stpncpy_chk, (char *to, const char *from, size_t size, size_t room), to, from, size, room)

/* Appending reads the target up to its terminator, which it overwrites. */
#define STRCAT(name, params, ...)                                                                  \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        ACCESSES(size_t n = length(from), old = length(to); READS(from, n); READS(to, old);        \
                 WRITES(to + old - 1, n));                                                         \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

STRCAT(strcat, (char *restrict to, const char *restrict from), to, from)
STRCAT(__strcat_chk, (char *to, const char *from, size_t room), to, from, room)

#define STRNCAT(name, params, ...)                                                                 \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        ACCESSES(size_t copied = REAL(strnlen)(from, size), old = length(to);                      \
                 READS(from, copied < size ? copied + 1 : size); READS(to, old);                   \
                 WRITES(to + old - 1, copied + 1));                                                \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

STRNCAT(strncat, (char *restrict to, const char *restrict from, size_t size), to, from, size)
STRNCAT(__strncat_chk, (char *to, const char *from, size_t size, size_t room), to, from, size, room)

/* ---- duplicate ---- */

static char *duplicate(const char *s, size_t copied, size_t read, uintptr_t pc)
{
    char *block = alloc_block(copied + 1, pc);
    if (!block)
        return NULL;
    __builtin_memcpy(block, s, copied);
    block[copied] = 0;
    struct hb_task *task = access_enter(pc);
    if (task) {
        rt_range(task, s, read, HB_READ, pc);
        rt_range(task, block, copied + 1, HB_WRITE, pc);
        rt_leave();
    }
    return block;
}

#define STRDUP(name)                                                                               \
    INTERCEPT(char *, name, (const char *s))                                                       \
    {                                                                                              \
        size_t n = length(s);                                                                      \
        return duplicate(s, n - 1, n, RT_CALLER);                                                  \
    }
#define STRNDUP(name)                                                                              \
    INTERCEPT(char *, name, (const char *s, size_t limit))                                         \
    {                                                                                              \
        return duplicate(s, REAL(strnlen)(s, limit), length_within(s, limit), RT_CALLER);          \
    }

STRDUP(strdup)
STRDUP(__strdup)
STRNDUP(strndup)
STRNDUP(__strndup)

/* ---- compare ---- */

#define STRCMP(name, compared, params, limit, ...)                                                 \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(size_t read = compared(a, b, limit); READS(a, read); READS(b, read));             \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

STRCMP(strcmp, compared, (const char *a, const char *b), SIZE_MAX, a, b)
STRCMP(strncmp, compared, (const char *a, const char *b, size_t size), size, a, b, size)
STRCMP(strcasecmp, compared_case, (const char *a, const char *b), SIZE_MAX, a, b)
STRCMP(strncasecmp, compared_case, (const char *a, const char *b, size_t size), size, a, b, size)
STRCMP(strcasecmp_l, compared_case, (const char *a, const char *b, locale_t l), SIZE_MAX, a, b, l)
STRCMP(strncasecmp_l, compared_case, (const char *a, const char *b, size_t size, locale_t l), size,
       a, b, size, l)

/* These may look at all of both. */
#define STRCOLL(name, params, ...)                                                                 \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(READS(a, length(a)); READS(b, length(b)));                                        \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

STRCOLL(strcoll, (const char *a, const char *b), a, b)
STRCOLL(strcoll_l, (const char *a, const char *b, locale_t l), a, b, l)
STRCOLL(strverscmp, (const char *a, const char *b), a, b)

#define STRXFRM(name, params, ...)                                                                 \
    INTERCEPT(size_t, name, params)                                                                \
    {                                                                                              \
        size_t n = REAL(name)(__VA_ARGS__);                                                        \
        ACCESSES(READS(from, length(from)); WRITES(to, n < size ? n + 1 : 0));                     \
        return n;                                                                                  \
    }

STRXFRM(strxfrm, (char *restrict to, const char *restrict from, size_t size), to, from, size)
STRXFRM(strxfrm_l, (char *restrict to, const char *restrict from, size_t size, locale_t l), to,
        from, size, l)

/* ---- search ---- */

/* Forward searches stop at what they find. */
#define STRCHR(name, not_found)                                                                    \
    INTERCEPT(char *, name, (const char *s, int c))                                                \
    {                                                                                              \
        char *found = REAL(name)(s, c);                                                            \
        ACCESSES(READS(s, found ? distance(s, found) + 1 : length(s)));                            \
        return found;                                                                              \
    }
STRCHR(strchr, NULL)
STRCHR(index, NULL)
STRCHR(strchrnul, s)

#define STRRCHR(name)                                                                              \
    INTERCEPT(char *, name, (const char *s, int c))                                                \
    {                                                                                              \
        ACCESSES(READS(s, length(s)));                                                             \
        return REAL(name)(s, c);                                                                   \
    }
STRRCHR(strrchr)
STRRCHR(rindex)

#define STRSTR(name)                                                                               \
    INTERCEPT(char *, name, (const char *haystack, const char *needle))                            \
    {                                                                                              \
        char *found = REAL(name)(haystack, needle);                                                \
        ACCESSES(size_t size = length(needle);                                                     \
                 READS(haystack, found ? distance(haystack, found) + size - 1 : length(haystack)); \
                 READS(needle, size));                                                             \
        return found;                                                                              \
    }
STRSTR(strstr)
STRSTR(strcasestr)

#define STRSPN(name)                                                                               \
    INTERCEPT(size_t, name, (const char *s, const char *set))                                      \
    {                                                                                              \
        size_t n = REAL(name)(s, set);                                                             \
        ACCESSES(READS(s, n + 1); READS(set, length(set)));                                        \
        return n;                                                                                  \
    }
STRSPN(strspn)
STRSPN(strcspn)

INTERCEPT(char *, strpbrk, (const char *s, const char *set))
{
    char *found = REAL(strpbrk)(s, set);
    ACCESSES(READS(s, found ? distance(s, found) + 1 : length(s)); READS(set, length(set)));
    return found;
}

/* ---- tokens ---- */

/* Reads from where it started through the end of the token, whose delimiter it overwrites. `rest`
 * is where the next search begins. */
static void token_accesses(struct hb_task *task, const char *start, size_t size, const char *token,
                           const char *rest, const char *delimiters, uintptr_t pc)
{
    rt_range(task, delimiters, length(delimiters), HB_READ, pc);
    size_t read = token && rest ? distance(start, rest) : size;
    rt_range(task, start, read, HB_READ, pc);
    if (token && rest && distance(start, rest) < size)
        rt_range(task, rest - 1, 1, HB_WRITE, pc);
}

#define STRTOK_R(name)                                                                             \
    INTERCEPT(char *, name, (char *restrict s, const char *restrict set, char **restrict state))   \
    {                                                                                              \
        const char *start = s ? s : *state;                                                        \
        size_t size = start ? length(start) : 0;                                                   \
        char *token = REAL(name)(s, set, state);                                                   \
        ACCESSES(if (!s) READS(state, sizeof *state); WRITES(state, sizeof *state);                \
                 if (start) token_accesses(task, start, size, token, *state, set, RT_CALLER));     \
        return token;                                                                              \
    }
STRTOK_R(strtok_r)
STRTOK_R(__strtok_r)

/* Its hidden state is one variable of the process: two threads that use it race (they do). */
static char *strtok_state;

INTERCEPT(char *, strtok, (char *restrict s, const char *restrict set))
{
    const char *start = s ? s : strtok_state;
    size_t size = start ? length(start) : 0;
    char *token = REAL(strtok_r)(s, set, &strtok_state);
    ACCESSES(if (!s) READS(&strtok_state, sizeof strtok_state);
             WRITES(&strtok_state, sizeof strtok_state);
             if (start) token_accesses(task, start, size, token, strtok_state, set, RT_CALLER));
    return token;
}

INTERCEPT(char *, strsep, (char **restrict s, const char *restrict set))
{
    const char *start = *s;
    size_t size = start ? length(start) : 0;
    char *token = REAL(strsep)(s, set);
    ACCESSES(READS(s, sizeof *s); if (start) {
        WRITES(s, sizeof *s);
        token_accesses(task, start, size, token, *s, set, RT_CALLER);
    });
    return token;
}
