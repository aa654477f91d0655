/* G25: and before those that it starts. */
#include "golitmus.h"

int g_x, g_y;

static void grandchild(chan(int) done)
{
    must(g_x == 1 && g_y == 1);
    chan_send(done, 1);
}

static void child(chan(int) done)
{
    g_y = 1;
    go(grandchild, done);
}

int main(void)
{
    chan(int) done = chan_make(int);
    g_x = 1;
    go(child, done);
    chan_get(done);
    chan_free(done);
    return 0;
}
