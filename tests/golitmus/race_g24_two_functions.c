/* G24: the functions of two timers are not ordered, however long apart they are. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void fire(void *done)
{
    g_x = 1;
    waitgroup_done(done);
}

int main(void)
{
    waitgroup done = {0};
    waitgroup_add(&done, 2);
    go_after(us(10), fire, &done);
    go_after(us(1000), fire, &done);
    waitgroup_wait(&done);
    return 0;
}
