/* P1, P16: a thousand threads one after another, each ordered by join and create. */
#include "../support/litmus.h"

int g_x;

static void worker(void)
{
    int local = g_x;
    g_x = local + 1;
}

int main(void)
{
    for (int i = 0; i < 1000; i++)
        join(spawn(worker));
    must(g_x == 1000);
    return 0;
}
