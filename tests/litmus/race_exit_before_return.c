/* P1: a race between main's last step and a thread still running at exit is not lost. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
    for (;;)
        invisible_yield();
}

int main(void)
{
    spawn_detached(writer);
    await(1);
    use(g_x);
    exit(0);
}
