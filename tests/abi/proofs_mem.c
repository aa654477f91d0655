/*
 * Proofs of interceptors_mem.def. A function that reads: A has written the bytes, B's call races
 * with that. One that writes: A's call does, and B's plain read races with it. A byte that the
 * function must not touch is never asked about here (the litmus tests do that).
 */
#define __NO_INLINE__ 1 /* atoi is meant, not what the header makes of it */
#include "proofs.h"

#include <inttypes.h>
#include <locale.h>
#include <malloc.h>
#include <strings.h>
#include <wchar.h>

/* What the functions work on; all zero beyond. */
static char text[64] = "12 abc", other[64] = "12 abc", out[64], needle[8] = "ab";
static wchar_t wtext[64] = L"12 abc", wother[64] = L"12 abc", wout[64], wneedle[8] = L"ab";
static char *state = text;

static void touch(void *p)
{
    *(volatile char *)p = *(volatile char *)p;
}

static void look(const volatile void *p)
{
    use(*(const volatile char *)p);
}

#define READS(name, where, ...)                                                                    \
    FIRST(name)                                                                                    \
    {                                                                                              \
        touch(where);                                                                              \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
        use((long)(__VA_ARGS__));                                                                  \
    }
#define WRITES(name, where, ...)                                                                   \
    FIRST(name)                                                                                    \
    {                                                                                              \
        (void)(__VA_ARGS__);                                                                       \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
        look(where);                                                                               \
    }

/* ---- the heap: only a known block can be used after its end ---- */

#define BLOCK(name, ...)                                                                           \
    FIRST(name)                                                                                    \
    {                                                                                              \
        char *p = launder(__VA_ARGS__);                                                            \
        free(p);                                                                                   \
        look(p);                                                                                   \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
    }
static void *placed;
BLOCK(malloc, malloc(50))
BLOCK(memalign, memalign(64, 50))
BLOCK(aligned_alloc, aligned_alloc(64, 64))
BLOCK(valloc, valloc(50))
BLOCK(pvalloc, pvalloc(50))
BLOCK(posix_memalign, (must(posix_memalign(&placed, 64, 50) == 0), placed))
BLOCK(realloc, realloc(NULL, 50))
BLOCK(calloc, calloc(5, 10))
BLOCK(free, malloc(50))

/* Where the library would come to malloc, too, only the place of the allocation tells the two apart.
 * A frame of it is shown by the name of its function. */
#define PLACE(name, ...)                                                                           \
    static NOINLINE char *effect_##name(void)                                                      \
    {                                                                                              \
        char *block = __VA_ARGS__;                                                                 \
        use((long)block);                                                                          \
        return block;                                                                              \
    }                                                                                              \
    static char *(*const make_##name)(void) = effect_##name;                                       \
    FIRST(name)                                                                                    \
    {                                                                                              \
        char *p = make_##name();                                                                   \
        send_box(p);                                                                               \
        touch(p);                                                                                  \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
        touch(take_box(char));                                                                     \
    }
PROOF(malloc_usable_size)
{
    if (malloc_usable_size(launder(malloc(50))) == 50)
        effect();
}

/* ---- operators: the library's own come to malloc, too ---- */

#define NEW(name, params, ...)                                                                     \
    void *name params;                                                                             \
    PLACE(name, name(__VA_ARGS__))
NEW(_Znwm, (size_t), 50)
NEW(_ZnwmRKSt9nothrow_t, (size_t, const void *), 50, text)
NEW(_ZnamRKSt9nothrow_t, (size_t, const void *), 50, text)
NEW(_ZnwmSt11align_val_t, (size_t, size_t), 50, 64)
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t, size_t, const void *), 50, 64, text)
NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t, size_t, const void *), 50, 64, text)

/* ---- bytes ---- */

void *__memcpy_chk(void *, const void *, size_t, size_t);
void *__memmove_chk(void *, const void *, size_t, size_t);
void *__mempcpy_chk(void *, const void *, size_t, size_t);
void *__memset_chk(void *, int, size_t, size_t);
void __explicit_bzero_chk(void *, size_t, size_t);
void __bzero(void *, size_t);
void *__rawmemchr(const void *, int);
int __memcmpeq(const void *, const void *, size_t);

READS(memcpy, text + 19, memcpy(out, text, 20))
WRITES(memmove, out + 19, memmove(out, text, 20))
READS(mempcpy, text + 19, mempcpy(out, text, 20))
WRITES(__mempcpy, out + 19, __mempcpy(out, text, 20))
WRITES(bcopy, out + 19, (bcopy(text, out, 20), 0))
WRITES(__memcpy_chk, out + 19, __memcpy_chk(out, text, 20, 64))
READS(__memmove_chk, text + 19, __memmove_chk(out, text, 20, 64))
WRITES(__mempcpy_chk, out + 19, __mempcpy_chk(out, text, 20, 64))
WRITES(memccpy, out + 3, memccpy(out, text, 'a', 20))
WRITES(swab, out + 19, (swab(text, out, 20), 0))
WRITES(memset, out + 19, memset(out, 1, 20))
WRITES(__memset_chk, out + 19, __memset_chk(out, 1, 20, 64))
WRITES(bzero, out + 19, (bzero(out, 20), 0))
WRITES(__bzero, out + 19, (__bzero(out, 20), 0))
WRITES(explicit_bzero, out + 19, (explicit_bzero(out, 20), 0))
WRITES(__explicit_bzero_chk, out + 19, (__explicit_bzero_chk(out, 20, 64), 0))
READS(memcmp, other + 19, memcmp(text, other, 20))
READS(bcmp, other + 19, bcmp(text, other, 20))
READS(__memcmpeq, text + 19, __memcmpeq(text, other, 20))
READS(memchr, text + 3, memchr(text, 'a', 20))
READS(memrchr, text + 19, memrchr(text, 'a', 20))
READS(rawmemchr, text + 3, rawmemchr(text, 'a'))
READS(__rawmemchr, text + 3, __rawmemchr(text, 'a'))
READS(memmem, text + 4, memmem(text, 20, needle, 2))

/* ---- strings ---- */

char *__stpcpy(char *, const char *);
char *__stpncpy(char *, const char *, size_t);
char *__strcpy_chk(char *, const char *, size_t);
char *__stpcpy_chk(char *, const char *, size_t);
char *__strncpy_chk(char *, const char *, size_t, size_t);
char *__stpncpy_chk(char *, const char *, size_t, size_t);
char *__strcat_chk(char *, const char *, size_t);
char *__strncat_chk(char *, const char *, size_t, size_t);
char *__strdup(const char *);
char *__strndup(const char *, size_t);
char *__strtok_r(char *, const char *, char **);

#define LOCALE newlocale(LC_ALL_MASK, "C", NULL)

READS(strlen, text + 6, strlen(text))
READS(strnlen, text + 6, strnlen(text, 20))
READS(strcpy, text + 6, strcpy(out, text))
WRITES(stpcpy, out + 6, stpcpy(out, text))
WRITES(__stpcpy, out + 6, __stpcpy(out, text))
WRITES(__strcpy_chk, out + 6, __strcpy_chk(out, text, 64))
READS(__stpcpy_chk, text + 6, __stpcpy_chk(out, text, 64))
WRITES(strncpy, out + 19, strncpy(out, text, 20))
READS(stpncpy, text + 6, stpncpy(out, text, 20))
WRITES(__stpncpy, out + 19, __stpncpy(out, text, 20))
WRITES(__strncpy_chk, out + 19, __strncpy_chk(out, text, 20, 64))
WRITES(__stpncpy_chk, out + 19, __stpncpy_chk(out, text, 20, 64))
WRITES(strcat, other + 12, strcat(other, text))
WRITES(__strcat_chk, other + 12, __strcat_chk(other, text, 64))
WRITES(strncat, other + 9, strncat(other, text, 3))
WRITES(__strncat_chk, other + 9, __strncat_chk(other, text, 3, 64))
READS(strdup, text + 6, strdup(text))
READS(__strdup, text + 6, __strdup(text))
READS(strndup, text + 2, strndup(text, 3))
READS(__strndup, text + 2, __strndup(text, 3))
READS(strcmp, text + 6, strcmp(text, other))
READS(strncmp, other + 3, strncmp(text, other, 4))
READS(strcasecmp, text + 6, strcasecmp(text, other))
READS(strncasecmp, other + 3, strncasecmp(text, other, 4))
READS(strcasecmp_l, text + 6, strcasecmp_l(text, other, LOCALE))
READS(strncasecmp_l, other + 3, strncasecmp_l(text, other, 4, LOCALE))
READS(strcoll, text + 6, strcoll(text, other))
READS(strcoll_l, text + 6, strcoll_l(text, other, LOCALE))
READS(strverscmp, text + 6, strverscmp(text, other))
WRITES(strxfrm, out + 6, strxfrm(out, text, 64))
WRITES(strxfrm_l, out + 6, strxfrm_l(out, text, 64, LOCALE))
READS(strchr, text + 3, strchr(text, 'a'))
READS(index, text + 3, index(text, 'a'))
READS(strchrnul, text + 6, strchrnul(text, 'z'))
READS(strrchr, text + 6, strrchr(text, 'a'))
READS(rindex, text + 6, rindex(text, 'a'))
READS(strstr, text + 4, strstr(text, needle))
READS(strcasestr, needle, strcasestr(text, needle))
READS(strspn, text + 2, strspn(text, "12"))
READS(strcspn, text + 3, strcspn(text, "a"))
READS(strpbrk, text + 3, strpbrk(text, "a"))
WRITES(strtok_r, text + 2, strtok_r(text, " ", &state))
WRITES(__strtok_r, &state, __strtok_r(text, " ", &state))
WRITES(strtok, text + 2, strtok(text, " "))
WRITES(strsep, text + 2, strsep(&state, " "))

/* ---- numbers ---- */

READS(strtol, text + 2, strtol(text, NULL, 10))
WRITES(strtoll, &state, strtoll(text, &state, 10))
READS(strtoul, text + 2, strtoul(text, NULL, 10))
READS(strtoull, text + 2, strtoull(text, NULL, 10))
READS(strtoimax, text + 2, strtoimax(text, NULL, 10))
READS(strtoumax, text + 2, strtoumax(text, NULL, 10))
READS(strtof, text + 2, strtof(text, NULL))
WRITES(strtod, &state, strtod(text, &state))
READS(strtold, text + 2, strtold(text, NULL))
READS(strtol_l, text + 2, strtol_l(text, NULL, 10, LOCALE))
READS(strtoll_l, text + 2, strtoll_l(text, NULL, 10, LOCALE))
READS(strtoul_l, text + 2, strtoul_l(text, NULL, 10, LOCALE))
READS(strtoull_l, text + 2, strtoull_l(text, NULL, 10, LOCALE))
READS(strtof_l, text + 2, strtof_l(text, NULL, LOCALE))
READS(strtod_l, text + 2, strtod_l(text, NULL, LOCALE))
READS(strtold_l, text + 2, strtold_l(text, NULL, LOCALE))
READS(atoi, text + 2, (atoi)(text))
READS(atol, text + 2, (atol)(text))
READS(atoll, text + 2, (atoll)(text))
READS(atof, text + 2, (atof)(text))

/* ---- wide characters ---- */

wchar_t *__wmemcpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
wchar_t *__wmempcpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
wchar_t *__wmemmove_chk(wchar_t *, const wchar_t *, size_t, size_t);
wchar_t *__wmemset_chk(wchar_t *, wchar_t, size_t, size_t);
wchar_t *__wcscpy_chk(wchar_t *, const wchar_t *, size_t);
wchar_t *__wcpcpy_chk(wchar_t *, const wchar_t *, size_t);
wchar_t *__wcsncpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
wchar_t *__wcpncpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
wchar_t *__wcscat_chk(wchar_t *, const wchar_t *, size_t);
wchar_t *__wcsncat_chk(wchar_t *, const wchar_t *, size_t, size_t);
size_t __wcstombs_chk(char *, const wchar_t *, size_t, size_t);
size_t __mbstowcs_chk(wchar_t *, const char *, size_t, size_t);

READS(wmemcpy, wtext + 19, wmemcpy(wout, wtext, 20))
WRITES(wmempcpy, wout + 19, wmempcpy(wout, wtext, 20))
WRITES(wmemmove, wout + 19, wmemmove(wout, wtext, 20))
WRITES(__wmemcpy_chk, wout + 19, __wmemcpy_chk(wout, wtext, 20, 64))
WRITES(__wmempcpy_chk, wout + 19, __wmempcpy_chk(wout, wtext, 20, 64))
WRITES(__wmemmove_chk, wout + 19, __wmemmove_chk(wout, wtext, 20, 64))
WRITES(wmemset, wout + 19, wmemset(wout, 1, 20))
WRITES(__wmemset_chk, wout + 19, __wmemset_chk(wout, 1, 20, 64))
READS(wmemcmp, wtext + 19, wmemcmp(wtext, wother, 20))
READS(wmemchr, wtext + 3, wmemchr(wtext, L'a', 20))
READS(wcslen, wtext + 6, wcslen(wtext))
READS(wcsnlen, wtext + 6, wcsnlen(wtext, 20))
READS(wcscpy, wtext + 6, wcscpy(wout, wtext))
WRITES(wcpcpy, wout + 6, wcpcpy(wout, wtext))
WRITES(__wcscpy_chk, wout + 6, __wcscpy_chk(wout, wtext, 64))
WRITES(__wcpcpy_chk, wout + 6, __wcpcpy_chk(wout, wtext, 64))
WRITES(wcsncpy, wout + 19, wcsncpy(wout, wtext, 20))
WRITES(wcpncpy, wout + 19, wcpncpy(wout, wtext, 20))
WRITES(__wcsncpy_chk, wout + 19, __wcsncpy_chk(wout, wtext, 20, 64))
WRITES(__wcpncpy_chk, wout + 19, __wcpncpy_chk(wout, wtext, 20, 64))
WRITES(wcscat, wother + 12, wcscat(wother, wtext))
WRITES(wcsncat, wother + 9, wcsncat(wother, wtext, 3))
WRITES(__wcscat_chk, wother + 12, __wcscat_chk(wother, wtext, 64))
WRITES(__wcsncat_chk, wother + 9, __wcsncat_chk(wother, wtext, 3, 64))
READS(wcsdup, wtext + 6, wcsdup(wtext))
READS(wcscmp, wtext + 6, wcscmp(wtext, wother))
READS(wcsncmp, wother + 3, wcsncmp(wtext, wother, 4))
READS(wcscoll, wtext + 6, wcscoll(wtext, wother))
READS(wcschr, wtext + 3, wcschr(wtext, L'a'))
READS(wcsrchr, wtext + 6, wcsrchr(wtext, L'a'))
READS(wcsstr, wtext + 4, wcsstr(wtext, wneedle))
READS(wcsspn, wtext + 2, wcsspn(wtext, L"12"))
READS(wcscspn, wtext + 3, wcscspn(wtext, L"a"))
READS(wcspbrk, wtext + 3, wcspbrk(wtext, L"a"))
WRITES(wcstombs, out + 6, wcstombs(out, wtext, 64))
WRITES(__wcstombs_chk, out + 6, __wcstombs_chk(out, wtext, 64, 64))
WRITES(mbstowcs, wout + 6, mbstowcs(wout, text, 64))
WRITES(__mbstowcs_chk, wout + 6, __mbstowcs_chk(wout, text, 64, 64))
