/* Loops that the compiler may turn into vectors of 32 bytes, all elements or selected ones. */
// flags: -O3 -mavx
// tsan: clang instruments no vectors of 32 bytes
// expect-location: g_all
// expect-location: g_some
// expect-count: 2
#include "../support/litmus.h"

enum { N = 1024 };
float g_all[N], g_some[N];
int g_wanted[N];

static NOINLINE void add_all(void)
{
    for (int i = 0; i < N; i++)
        g_all[i] += 1;
}

static NOINLINE void add_some(void)
{
    for (int i = 0; i < N; i++)
        if (g_wanted[i] > 0)
            g_some[i] += 1;
}

static void first(void)
{
    add_all();
    add_some();
    reach(1);
}

static void second(void)
{
    await(1);
    add_all();
    add_some();
}

int main(void)
{
    for (int i = 0; i < N; i++)
        g_wanted[i] = 1;
    litmus_run2(first, second);
    return 0;
}
