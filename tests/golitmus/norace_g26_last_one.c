/* G26: who brings the counter to zero sees the work of all: add is both sides. */
#include "golitmus.h"

int g_x, g_y, g_left = 2;

static void finish(void)
{
    if (rgo_atomic_add(&g_left, -1) == 0)
        must(g_x == 1 && g_y == 1);
}

static void first(void)
{
    g_x = 1;
    finish();
}

static void second(void)
{
    g_y = 1;
    finish();
}

int main(void)
{
    run2(first, second);
    return 0;
}
