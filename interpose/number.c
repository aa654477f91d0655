/*
 * number: strings to numbers. They read up to the character that ends the number, that one
 * included; where nothing is converted, the white space and sign that led there.
 */
#define __NO_INLINE__ 1 /* libc's headers define atoi and others in place */
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>

#include "interpose/access.h"

/* `end` as the function reports it; a string without a number is read to where it fails. */
static size_t number_size(const char *s, const char *end)
{
    if (end == s) {
        while (*end == ' ' || (*end >= '\t' && *end <= '\r'))
            end++;
        if (*end == '+' || *end == '-')
            end++;
    }
    return (size_t)(end - s) + 1;
}

#define NUMBER(ret, name, params, ...)                                                             \
    INTERCEPT(ret, name, params)                                                                   \
    {                                                                                              \
        char *stop;                                                                                \
        ret value = REAL(name)(__VA_ARGS__);                                                       \
        if (end)                                                                                   \
            *end = stop;                                                                           \
        ACCESSES(READS(s, number_size(s, stop)); WRITES(end, sizeof *end));                        \
        return value;                                                                              \
    }
#define STRING const char *restrict s, char **restrict end

NUMBER(long, strtol, (STRING, int base), s, &stop, base)
NUMBER(long long, strtoll, (STRING, int base), s, &stop, base)
NUMBER(unsigned long, strtoul, (STRING, int base), s, &stop, base)
NUMBER(unsigned long long, strtoull, (STRING, int base), s, &stop, base)
NUMBER(intmax_t, strtoimax, (STRING, int base), s, &stop, base)
NUMBER(uintmax_t, strtoumax, (STRING, int base), s, &stop, base)
NUMBER(float, strtof, (STRING), s, &stop)
NUMBER(double, strtod, (STRING), s, &stop)
NUMBER(long double, strtold, (STRING), s, &stop)
NUMBER(long, strtol_l, (STRING, int base, locale_t l), s, &stop, base, l)
NUMBER(long long, strtoll_l, (STRING, int base, locale_t l), s, &stop, base, l)
NUMBER(unsigned long, strtoul_l, (STRING, int base, locale_t l), s, &stop, base, l)
NUMBER(unsigned long long, strtoull_l, (STRING, int base, locale_t l), s, &stop, base, l)
NUMBER(float, strtof_l, (STRING, locale_t l), s, &stop, l)
NUMBER(double, strtod_l, (STRING, locale_t l), s, &stop, l)
NUMBER(long double, strtold_l, (STRING, locale_t l), s, &stop, l)

/* Compilers inline atoi as a call of strtol; these are for those that do not. */
#define ATOI(ret, name, ...)                                                                       \
    INTERCEPT(ret, name, (const char *s))                                                          \
    {                                                                                              \
        char *stop;                                                                                \
        ret value = (ret)__VA_ARGS__;                                                              \
        ACCESSES(READS(s, number_size(s, stop)));                                                  \
        return value;                                                                              \
    }
ATOI(int, atoi, REAL(strtol)(s, &stop, 10))
ATOI(long, atol, REAL(strtol)(s, &stop, 10))
ATOI(long long, atoll, REAL(strtoll)(s, &stop, 10))
ATOI(double, atof, REAL(strtod)(s, &stop))
