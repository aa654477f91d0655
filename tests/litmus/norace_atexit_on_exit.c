/* P7: on_exit is a registration as well. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void at_end(int status, void *arg)
{
    must(status == 0 && *(int *)arg == 1);
}

static void registrar(void)
{
    g_x = 1;
    must(on_exit(at_end, &g_x) == 0);
    reach(1);
}

int main(void)
{
    spawn_detached(registrar);
    await(1);
    return 0;
}
