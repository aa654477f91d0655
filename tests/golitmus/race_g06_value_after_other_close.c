/* G6: the same when the closer is somebody else, who is ordered after the send. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;
static chan(int) sent;

static void sender(void)
{
    chan_send(values, 1);
    chan_send(sent, 0);
}

static void closer(void)
{
    chan_get(sent);
    g_x = 1;
    chan_close(values);
    reach(1);
}

static void receiver(void)
{
    await(1);
    must(chan_get(values) == 1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    sent = chan_make(int);
    run3(sender, closer, receiver);
    chan_free(values);
    chan_free(sent);
    return 0;
}
