/*
 * go() converts arguments to the parameters' types, as a call does, whatever registers they then are in.
 * stdout-only: 24 of 24
 */
#include <complex.h>
#include <racerun/go.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Atomic int right;

static void count(bool ok)
{
    right += ok;
}

enum color { RED, GREEN };
struct small {
    int a, b;
};
struct packed {
    char a;
    int b;
} __attribute__((packed));
union both {
    long i;
    double d;
};
typedef float four __attribute__((vector_size(8)));

static void of_double(double x) { count(x == 3); }
static void of_float(float x) { count(x == 3); }
static void of_long_double(long double x) { count(x == 3); }
static void of_complex(double complex x) { count(x == 3); }
static void of_wide(__int128 x) { count(x == -3); }
static void of_long(long x) { count(x == -3); }
static void of_char(char x, unsigned char y) { count(x == -3 && y == 253); }
static void of_bool(bool x, bool y) { count(x && !y); }
static void of_enum(enum color x) { count(x == GREEN); }
static void of_text(const char *x, const char *y) { count(!strcmp(x, "one") && !strcmp(y, "two")); }
static void of_function(void (*x)(bool)) { count(x == count); }
static void of_struct(struct small x) { count(x.a == 1 && x.b == 2); }
static void of_packed(struct packed x, int y) { count(x.a == 1 && x.b == 2 && y == 3); }
static void of_union(union both x, union both y) { count(x.i == 1 && y.d == 2); }
static void of_small_complex(float complex x) { count(x == 1 + 2 * I); }
static void of_vector(four x) { count(x[0] == 1 && x[1] == 2); }
static void of_nothing(void) { count(true); }
static void of_six(int a, long b, char *c, short d, unsigned e, bool f)
{
    count(a == 1 && b == 2 && c && d == 4 && e == 5 && f);
}
static void of_seven(int a, int b, int c, int d, int e, int f, int g)
{
    count(a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6 && g == 7);
}
static void of_six_and_double(long a, long b, long c, long d, long e, double f)
{
    count(a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6);
}
static void of_constant(const int x, const char *const y) { count(x == 1 && *y == 'y'); }
static void variable(int many, ...)
{
    va_list list;
    va_start(list, many);
    double sum = 0;
    for (int i = 0; i < many; i++)
        sum += i % 2 ? va_arg(list, double) : va_arg(list, int);
    va_end(list);
    count(sum == many);
}

int main(void)
{
    int three = 3, minus = -3;
    char one[] = "one", *y = "y";
    const volatile long second = 2;
    go(of_double, three);
    go(of_float, three);
    go(of_long_double, three);
    go(of_complex, three);
    go(of_wide, minus);
    go(of_long, minus);
    go(of_char, minus, minus);
    go(of_bool, y, (void *)NULL);
    go(of_enum, 1);
    go(of_text, one, "two");
    go(of_function, count);
    go(of_struct, ((struct small){1, 2}));
    go(of_packed, ((struct packed){1, 2}), three);
    go(of_union, ((union both){.i = 1}), ((union both){.d = 2}));
    go(of_small_complex, 1.0f + 2.0f * I);
    go(of_vector, ((four){1, 2}));
    go(of_nothing);
    go(of_six, 1, second, one, (short)4, 5u, true);
    go(of_seven, 1, 2, 3, 4, 5, 6, 7);
    go(of_six_and_double, 1, 2, 3, 4, 5, 6);
    go(of_constant, 1, y);
    go(variable, 0);
    go(variable, 1, 1);
    go(variable, 6, 1, 1.0, 1, 1.0, 1, 1.0);
    while (go_count() > 1)
        go_yield();
    printf("%d of 24\n", right);
    return 0;
}
