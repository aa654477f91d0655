/* P7: registering with atexit is ordered before the function's run. */
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void at_end(void)
{
    must(g_x == 1);
}

static void registrar(void)
{
    g_x = 1;
    must(atexit(at_end) == 0);
    reach(1);
}

int main(void)
{
    spawn_detached(registrar);
    await(1);
    return 0;
}
