/* G25: who yields goes on in its own order, on whatever thread. */
#include "golitmus.h"

static void keep(int *mine)
{
    for (int i = 0; i < 30; i++) {
        ++*mine;
        go_yield();
    }
}

int g_x, g_y;

static void first(void)
{
    keep(&g_x);
}

static void second(void)
{
    int mine = 0;
    keep(&mine);
    keep(&g_y);
}

int main(void)
{
    run2(first, second);
    return 0;
}
