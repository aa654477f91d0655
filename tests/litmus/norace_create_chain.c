/* P1: creation and join are transitive through a child that does nothing else. */
#include "../support/litmus.h"

int g_down;
int g_up;

static void grandchild(void)
{
    must(g_down == 1);
    g_up = 1;
}

static void child(void)
{
    join(spawn(grandchild));
}

int main(void)
{
    g_down = 1;
    join(spawn(child));
    must(g_up == 1);
    return 0;
}
