/* G24: so it is with go_after, and from the function to what it tells. */
#include "golitmus.h"

int g_x;

static void fire(void *raw)
{
    chan(int) fired = (chan(int))raw;
    must(g_x == 1);
    g_x = 2;
    chan_send(fired, 1);
}

int main(void)
{
    chan(int) fired = chan_make(int);
    g_x = 1;
    go_after(us(50), fire, (void *)fired);
    chan_get(fired);
    must(g_x == 2);
    chan_free(fired);
    return 0;
}
