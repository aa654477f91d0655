/* G5: one close lets all in. */
#include "golitmus.h"

int g_x;
static chan(int) gate;

static void visitor(void)
{
    chan_recv(gate, NULL);
    must(g_x == 1);
}

static void keeper(void)
{
    g_x = 1;
    chan_close(gate);
}

static void late(void)
{
    chan_recv(gate, NULL);
    chan_recv(gate, NULL);
    must(g_x == 1);
}

int main(void)
{
    gate = chan_make(int);
    waitgroup running = {0};
    for (int i = 0; i < 10; i++)
        waitgroup_go(&running, visitor);
    run2(keeper, late);
    waitgroup_wait(&running);
    chan_free(gate);
    return 0;
}
