/*
 * go() passes every kind of argument.
 * stdout-only: 1 -2 3 c 1.5 2.5 seven 8
 * stdout-only: struct 1 2 3 4 5, 9 pair 1.25 7
 * stdout-only: variable 5 2.5 text
 * stdout-only: long double 3.5
 */
#include <racerun/go.h>
#include <stdarg.h>
#include <stdio.h>

static _Atomic int turn;

static void take_turn(int mine)
{
    while (turn != mine)
        go_yield();
}

static void plain(char a, short b, long c, int d, float e, double f, const char *g, long h)
{
    take_turn(0);
    printf("%d %d %ld %c %g %g %s %ld\n", a, b, c, d, e, f, g, h);
    turn++;
}

struct five {
    long v[5];
};
struct pair {
    double x;
    int y;
};
static int structs(struct five s, int after, struct pair p)
{
    take_turn(1);
    printf("struct %ld %ld %ld %ld %ld, %d pair %g %d\n", s.v[0], s.v[1], s.v[2], s.v[3], s.v[4], after,
           p.x, p.y);
    turn++;
    return after;
}

static void variable(const char *format, ...)
{
    va_list list;
    take_turn(2);
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    turn++;
}

static long double wide(long double x)
{
    take_turn(3);
    printf("long double %Lg\n", x);
    turn++;
    return x;
}

int main(void)
{
    char name[] = "seven";
    go(wide, 3.5L);
    go(variable, "variable %d %g %s\n", 5, 2.5, "text");
    go(structs, ((struct five){{1, 2, 3, 4, 5}}), 9, ((struct pair){1.25, 7}));
    go(plain, 1, -2, 3, 'c', 1.5f, 2.5, name, 8);
    take_turn(4);
    return 0;
}
