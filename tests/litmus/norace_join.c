/* P1: the thread's end is ordered before the return of join. */
#include "../support/litmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
}

int main(void)
{
    join(spawn(writer));
    must(g_x == 1);
    return 0;
}
