/* P1: a thread that outlives main is not ordered with main's last steps. */
// expect-location: g_x
// expect-frame: survivor
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void survivor(void)
{
    await(1);
    use(g_x);
    exit(0);
}

int main(void)
{
    spawn_detached(survivor);
    g_x = 1;
    reach(1);
    pthread_exit(NULL);
}
