/* G5: the channel is closed before anybody asks; it is buffered; ok is false. */
#include "golitmus.h"

int g_x;
static chan(int) closing;

static void closer(void)
{
    g_x = 1;
    chan_close(closing);
    reach(1);
}

static void receiver(void)
{
    int value = 5;
    bool ok = true;
    await(1);
    must(!chan_recv(closing, &value) && value == 0);
    must(chan_try_recv(closing, &value, &ok) && !ok);
    must(g_x == 1);
}

int main(void)
{
    closing = chan_make(int, 3);
    run2(closer, receiver);
    chan_free(closing);
    return 0;
}
