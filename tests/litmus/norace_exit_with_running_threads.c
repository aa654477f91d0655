/* P1: leaving while other threads run is no race by itself. */
// exit: 7
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void busy(void)
{
    reach(1);
    for (;;)
        g_x++;
}

int main(void)
{
    spawn_detached(busy);
    await(1);
    exit(7);
}
