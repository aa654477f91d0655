/* P1: joining a child does not join the child's children. */
// expect-location: g_x
// expect-frame: grandchild
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void grandchild(void)
{
    g_x = 1;
    reach(1);
}

static void child(void)
{
    spawn_detached(grandchild);
}

int main(void)
{
    join(spawn(child));
    await(1);
    use(g_x);
    return 0;
}
