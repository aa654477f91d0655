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

/* Where we are in a format. Directives are ASCII in both widths. */
struct cursor {
    const char *at;
    size_t step; /* bytes of a character */
};

enum { FOREIGN = 0x7f }; /* stands for any character of a wide format beyond ASCII */

static struct cursor cursor_begin(const struct format *format)
{
    return (struct cursor){format->text, format->wide ? sizeof(wchar_t) : 1};
}

static char cursor_char(const struct cursor *c)
{
    if (c->step == 1)
        return *c->at;
    wchar_t wide = *(const wchar_t *)c->at;
    return wide >= 0 && wide < FOREIGN ? (char)wide : FOREIGN;
}

static void cursor_next(struct cursor *c)
{
    c->at += c->step;
}

static bool is_one_of(char c, const char *set)
{
    while (*set && *set != c)
        set++;
    return c && *set;
}

/* Passes over one character if it is one of `set`. */
static bool accept_one(struct cursor *c, const char *set)
{
    if (!is_one_of(cursor_char(c), set))
        return false;
    cursor_next(c);
    return true;
}

static int accept_number(struct cursor *c)
{
    int number = 0;
    for (; is_one_of(cursor_char(c), "0123456789") && number < INT_MAX / 10; cursor_next(c))
        number = number * 10 + (cursor_char(c) - '0');
    return number;
}

static char accept_length(struct cursor *c)
{
    char length = 0;
    for (; is_one_of(cursor_char(c), "hlqjztL"); cursor_next(c)) {
        bool twice = length == cursor_char(c);
        length = twice ? (length == 'h' ? 'H' : 'q') : cursor_char(c);
    }
    return length;
}

static char conversion_at(const struct cursor *c)
{
    return cursor_char(c) == '$' ? 0 : cursor_char(c);
}

/* From behind the percent sign to the directive's letter. */
static void print_directive(struct cursor *c, struct directive *d)
{
    *d = (struct directive){.width = INT_MAX, .precision = INT_MAX};
    while (accept_one(c, "-+ #0'I"))
        ;
    d->width_argument = accept_one(c, "*");
    if (!d->width_argument)
        d->width = accept_number(c);
    if (accept_one(c, ".")) {
        d->precision_argument = accept_one(c, "*");
        if (!d->precision_argument)
            d->precision = accept_number(c);
    }
    d->length = accept_length(c);
    d->conversion = conversion_at(c);
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

void format_print(struct hb_task *task, const struct format *format, va_list list, uintptr_t pc)
{
    va_list arguments;
    va_copy(arguments, list);
    struct cursor c = cursor_begin(format);
    for (; cursor_char(&c); cursor_next(&c)) {
        struct directive d;
        if (cursor_char(&c) != '%')
            continue;
        cursor_next(&c);
        print_directive(&c, &d);
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
    rt_range(task, format->text, string_size(format->text, SIZE_MAX, format->wide), HB_READ, pc);
}

/* ---- scanf ---- */

/* From the bracket to the one that ends the set, or to the format's last character. A bracket that
 * comes first belongs to the set. */
static void scan_set(struct cursor *c)
{
    cursor_next(c);
    accept_one(c, "^");
    accept_one(c, "]");
    while (cursor_char(c) && cursor_char(c) != ']')
        cursor_next(c);
    if (!cursor_char(c))
        c->at -= c->step;
}

static bool accept_allocate(struct cursor *c, bool a_may_allocate)
{
    struct cursor behind = *c;
    if (accept_one(c, "m"))
        return true;
    if (!a_may_allocate || !accept_one(&behind, "a") || !is_one_of(cursor_char(&behind), "sS["))
        return false;
    *c = behind;
    return true;
}

static void scan_directive(struct cursor *c, const struct format *format, struct directive *d)
{
    *d = (struct directive){.width = INT_MAX};
    d->suppressed = accept_one(c, "*");
    if (is_one_of(cursor_char(c), "123456789"))
        d->width = accept_number(c);
    d->allocate = accept_allocate(c, format->a_may_allocate);
    d->length = accept_length(c);
    d->conversion = conversion_at(c);
    if (d->conversion == '[')
        scan_set(c);
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

void format_scan(struct hb_task *task, const struct format *format, va_list list, int assigned,
                 uintptr_t pc)
{
    va_list arguments;
    va_copy(arguments, list);
    rt_range(task, format->text, string_size(format->text, SIZE_MAX, format->wide), HB_READ, pc);
    for (struct cursor c = cursor_begin(format); cursor_char(&c); cursor_next(&c)) {
        struct directive d;
        if (cursor_char(&c) != '%')
            continue;
        cursor_next(&c);
        scan_directive(&c, format, &d);
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
