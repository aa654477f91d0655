/* G6: an element that is received after the close brings its own sender's work. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 1);
    chan_close(values);
    reach(1);
}

static void receiver(void)
{
    bool ok = false;
    await(1);
    must(chan_try_recv(values, NULL, &ok) && ok);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
