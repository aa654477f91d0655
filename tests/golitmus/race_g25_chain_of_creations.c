/* G25: a goroutine that a goroutine started: the report says who made whom. */
// expect-location: g_x
// expect-frame: grandchild
// expect-frame: child
// expect-count: 1
#include "golitmus.h"

int g_x;

static void grandchild(void)
{
    g_x = 1;
    reach(1);
}

static void child(void)
{
    go(grandchild);
}

int main(void)
{
    go(child);
    await(1);
    use(g_x);
    return 0;
}
