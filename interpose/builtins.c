/*
 * builtins: the library's own memory and string functions.
 *
 * We export memcpy and its kin as interceptors, and compilers emit calls of those names on their
 * own account (struct copies, zeroing, loop idioms). Such a call from inside the runtime would
 * enter our interceptor, possibly before the real function is known. So the library is linked
 * with --wrap (sources_b.cmake): every undefined reference of ours to one of these names comes
 * here. Sizes are small; the long path relies on the string instructions of the processor.
 *
 * Compiled with -fno-builtin and without loop idioms, or they would call themselves.
 */
#include <stddef.h>
#include <stdint.h>

#define WRAPPED __attribute__((visibility("hidden")))

WRAPPED void *__wrap_memcpy(void *restrict target, const void *restrict source, size_t size);
WRAPPED void *__wrap_memmove(void *target, const void *source, size_t size);
WRAPPED void *__wrap_memset(void *target, int byte, size_t size);
WRAPPED int __wrap_memcmp(const void *a, const void *b, size_t size);
WRAPPED int __wrap_bcmp(const void *a, const void *b, size_t size);
WRAPPED size_t __wrap_strlen(const char *s);
WRAPPED int __wrap_strcmp(const char *a, const char *b);
WRAPPED int __wrap_strncmp(const char *a, const char *b, size_t size);
WRAPPED char *__wrap_strchr(const char *s, int c);
WRAPPED char *__wrap_strrchr(const char *s, int c);
WRAPPED char *__wrap_strstr(const char *haystack, const char *needle);

/* May alias anything, at any alignment. */
typedef uint64_t word_t __attribute__((may_alias, aligned(1)));

void *__wrap_memcpy(void *restrict target, const void *restrict source, size_t size)
{
    char *to = target;
    const char *from = source;
    if (size > 64) {
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
        return target;
    }
    for (; size >= 8; size -= 8, to += 8, from += 8)
        *(word_t *)to = *(const word_t *)from;
    while (size--)
        *to++ = *from++;
    return target;
}

void *__wrap_memmove(void *target, const void *source, size_t size)
{
    char *to = target;
    const char *from = source;
    if ((uintptr_t)to - (uintptr_t)from >= size)
        return __wrap_memcpy(target, source, size);
    while (size--)
        to[size] = from[size];
    return target;
}

void *__wrap_memset(void *target, int byte, size_t size)
{
    char *to = target;
    if (size > 64) {
        __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
        return target;
    }
    uint64_t word = UINT64_C(0x0101010101010101) * (uint8_t)byte;
    for (; size >= 8; size -= 8, to += 8)
        *(word_t *)to = word;
    while (size--)
        *to++ = (char)byte;
    return target;
}

int __wrap_memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < size; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}

int __wrap_bcmp(const void *a, const void *b, size_t size)
{
    return __wrap_memcmp(a, b, size);
}

size_t __wrap_strlen(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

int __wrap_strcmp(const char *a, const char *b)
{
    return __wrap_strncmp(a, b, SIZE_MAX);
}

int __wrap_strncmp(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i] || !a[i])
            return (uint8_t)a[i] - (uint8_t)b[i];
    return 0;
}

char *__wrap_strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c)
            return (char *)(uintptr_t)s;
        if (!*s)
            return NULL;
    }
}

char *__wrap_strrchr(const char *s, int c)
{
    const char *last = NULL;
    for (;; s++) {
        if (*s == (char)c)
            last = s;
        if (!*s)
            return (char *)(uintptr_t)last;
    }
}

char *__wrap_strstr(const char *haystack, const char *needle)
{
    size_t size = __wrap_strlen(needle);
    for (;; haystack++) {
        if (!__wrap_strncmp(haystack, needle, size))
            return (char *)(uintptr_t)haystack;
        if (!*haystack)
            return NULL;
    }
}
