/* G6, G7: nor a select whose send case panics. */
// expect-location: g_x
// expect-count: 2
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void closer(void)
{
    await_sender(values);
    g_x = 1;
    chan_close(values);
}

static void sender(void)
{
    go_attempt {
        chan_select {
            on_send(values, 1) must(false);
            on_recv(never) must(false);
        }
    }
    go_rescue(p) use(g_x);
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(closer, sender);
    chan_free(values);
    chan_free(never);
    return 0;
}
