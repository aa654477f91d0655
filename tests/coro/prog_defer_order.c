/*
 * Deferred calls run when their block is left, the latest first, with the arguments of then.
 * stdout-only: loop 0
 * stdout-only: end of 0
 * stdout-only: loop 1
 * stdout-only: end of 1
 * stdout-only: body
 * stdout-only: 1 -2 3 c 1.5 2.5 six 8 9
 * stdout-only: struct 1 2 3 4 5, pair 1.25 7
 * stdout-only: variable 5 2.5 text
 * stdout-only: long double 3.5 and 4
 * stdout-only: converted 7.0
 * stdout-only: argument 1
 * stdout-only: break
 * stdout-only: returned 42
 * stdout-only: goroutine: deferred
 */
#include <racerun/go.h>
#include <stdarg.h>
#include <stdio.h>

static void say(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
}

static void number(int n)
{
    printf("argument %d\n", n);
}

static int many(char a, short b, long c, int d, float e, double f, const char *g, long h, int i)
{
    return printf("%d %d %ld %c %g %g %s %ld %d\n", a, b, c, d, e, f, g, h, i);
}

struct five {
    long v[5];
};
struct pair {
    double x;
    int y;
};
static void structs(struct five s, struct pair p)
{
    printf("struct %ld %ld %ld %ld %ld, pair %g %d\n", s.v[0], s.v[1], s.v[2], s.v[3], s.v[4], p.x,
           p.y);
}

static void wide(long double x, int y)
{
    printf("long double %Lg and %d\n", x, y);
}

static void converted(double x)
{
    printf("converted %.1f\n", x);
}

static int returns(void)
{
    int value = 42;
    defer(puts, "break");
    for (;;) {
        int n = 1;
        defer(number, n);
        n = 2;
        defer(converted, n + 5);
        defer(wide, 3.5L, 4);
        defer(say, "variable %d %g %s\n", 5, 2.5, "text");
        defer(structs, ((struct five){{1, 2, 3, 4, 5}}), ((struct pair){1.25, 7}));
        defer(many, 1, -2, 3, 'c', 1.5f, 2.5, "six", 8, 9);
        puts("body");
        break;
    }
    return value;
}

static _Atomic bool done;

static void finish(void)
{
    done = true;
}

static void goroutine(void)
{
    defer(finish);
    defer(puts, "goroutine: deferred");
    go_exit();
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        defer(say, "end of %d\n", i);
        printf("loop %d\n", i);
    }
    printf("returned %d\n", returns());
    go(goroutine);
    while (!done)
        go_yield();
    return 0;
}
