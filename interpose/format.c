/*
 * format: see format.h. On x86-64 every integer and pointer argument takes one slot of the same
 * kind, so only three kinds matter for walking the list: words, double, long double.
 */
#include "interpose/format.h"

#include <limits.h>
#include <stddef.h>
#include <wchar.h>

#include "interpose/access.h"

struct directive {
    bool suppressed; /* scanf: no argument */
    bool allocate;   /* scanf: %ms */
    bool width_argument, precision_argument;
    int width;       /* INT_MAX: none */
    int precision;   /* INT_MAX: none */
    char length;     /* 'H' for hh, 'q' for ll, else the letter; 0 none */
    char conversion; /* 0: cannot be followed */
};

static const char *number_skip(const char *p, int *ret_number)
{
    int number = 0;
    while (*p >= '0' && *p <= '9' && number < INT_MAX / 10)
        number = number * 10 + (*p++ - '0');
    *ret_number = number;
    return p;
}

static bool is_one_of(char c, const char *set)
{
    while (*set && *set != c)
        set++;
    return c && *set;
}

static const char *length_skip(const char *p, char *ret_length)
{
    *ret_length = 0;
    while (is_one_of(*p, "hlqjztL")) {
        bool twice = *ret_length == *p;
        *ret_length = twice ? (*p == 'h' ? 'H' : 'q') : *p;
        p++;
    }
    return p;
}

static const char *precision_skip(const char *p, struct directive *d)
{
    if (*p != '.')
        return p;
    d->precision_argument = *++p == '*';
    return d->precision_argument ? p + 1 : number_skip(p, &d->precision);
}

/* `p` is behind the percent sign; returns where the directive's letter is. */
static const char *print_directive(const char *p, struct directive *d)
{
    *d = (struct directive){.width = INT_MAX, .precision = INT_MAX};
    while (is_one_of(*p, "-+ #0'I"))
        p++;
    d->width_argument = *p == '*';
    p = d->width_argument ? p + 1 : number_skip(p, &d->width);
    p = precision_skip(p, d);
    p = length_skip(p, &d->length);
    d->conversion = *p == '$' ? 0 : *p;
    return p;
}

/* A string of at most `limit` characters of `size` bytes; the terminator is read if reached. */
static size_t string_size(const void *s, size_t limit, bool wide)
{
    size_t n = 0;
    if (wide) {
        while (n < limit && ((const wchar_t *)s)[n])
            n++;
        return (n < limit ? n + 1 : n) * sizeof(wchar_t);
    }
    while (n < limit && ((const char *)s)[n])
        n++;
    return n < limit ? n + 1 : n;
}

/* Bytes that %n, or an integer conversion of scanf, writes. */
static size_t integer_size(char length)
{
    switch (length) {
    case 'H':
        return 1;
    case 'h':
        return 2;
    case 0:
        return 4;
    default:
        return 8;
    }
}

static void print_argument(struct hb_task *task, const struct directive *d, va_list *arguments,
                           uintptr_t pc)
{
    if (is_one_of(d->conversion, "aAeEfFgG")) {
        if (d->length == 'L')
            (void)va_arg(*arguments, long double);
        else
            (void)va_arg(*arguments, double);
        return;
    }
    void *word = va_arg(*arguments, void *);
    bool wide = d->conversion == 'S' || d->length == 'l';
    if (d->conversion == 'n')
        rt_range(task, word, integer_size(d->length), HB_WRITE, pc);
    else if ((d->conversion == 's' || d->conversion == 'S') && word)
        rt_range(task, word, string_size(word, (unsigned)d->precision, wide), HB_READ, pc);
}

void format_print(struct hb_task *task, const char *format, va_list list, uintptr_t pc)
{
    va_list arguments;
    va_copy(arguments, list);
    const char *p = format;
    for (; *p; p++) {
        struct directive d;
        if (*p != '%')
            continue;
        p = print_directive(p + 1, &d);
        if (d.conversion == '%' || d.conversion == 'm')
            continue;
        if (!is_one_of(d.conversion, "diouxXcCsSpnaAeEfFgG"))
            break;
        if (d.width_argument)
            (void)va_arg(arguments, int);
        if (d.precision_argument) {
            d.precision = va_arg(arguments, int);
            d.precision = d.precision < 0 ? INT_MAX : d.precision;
        }
        print_argument(task, &d, &arguments, pc);
    }
    va_end(arguments);
    rt_range(task, format, (size_t)(p - format) + string_size(p, SIZE_MAX, false), HB_READ, pc);
}

/* ---- scanf ---- */

static const char *scan_directive(const char *p, struct directive *d)
{
    *d = (struct directive){.width = INT_MAX};
    d->suppressed = *p == '*';
    p += d->suppressed;
    if (*p >= '1' && *p <= '9')
        p = number_skip(p, &d->width);
    d->allocate = *p == 'm';
    p = length_skip(p + d->allocate, &d->length);
    d->conversion = *p == '$' ? 0 : *p;
    if (d->conversion != '[')
        return p;
    p += p[1] == '^' ? 2 : 1; /* the set: a bracket that comes first belongs to it */
    if (*p == ']')
        p++;
    while (*p && *p != ']')
        p++;
    return *p ? p : p - 1;
}

static size_t scan_size(const struct directive *d, const void *target)
{
    bool wide = d->length == 'l';
    if (d->allocate)
        return sizeof(char *);
    if (is_one_of(d->conversion, "s[S"))
        return string_size(target, SIZE_MAX, wide || d->conversion == 'S');
    if (is_one_of(d->conversion, "cC"))
        return (d->width == INT_MAX ? 1 : (size_t)d->width) *
               (wide || d->conversion == 'C' ? sizeof(wchar_t) : 1);
    if (is_one_of(d->conversion, "aAeEfFgG"))
        return d->length == 'L'   ? sizeof(long double)
               : d->length == 'l' ? sizeof(double)
                                  : sizeof(float);
    return d->conversion == 'p' ? sizeof(void *) : integer_size(d->length);
}

void format_scan(struct hb_task *task, const char *format, va_list list, int assigned, uintptr_t pc)
{
    va_list arguments;
    va_copy(arguments, list);
    rt_range(task, format, string_size(format, SIZE_MAX, false), HB_READ, pc);
    for (const char *p = format; *p; p++) {
        struct directive d;
        if (*p != '%')
            continue;
        p = scan_directive(p + 1, &d);
        if (d.conversion == '%' || d.suppressed)
            continue;
        bool counts = d.conversion != 'n';
        if (!is_one_of(d.conversion, "diouxXcCsS[pnaAeEfFgG") || (counts && assigned-- <= 0))
            break;
        const void *target = va_arg(arguments, void *);
        rt_range(task, target, scan_size(&d, target), HB_WRITE, pc);
    }
    va_end(arguments);
}
