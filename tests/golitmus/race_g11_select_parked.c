/* G11, G1: what the sender does after it has woken a select is not ordered. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void selector(void)
{
    chan_select {
        on_recv(values) {}
        on_recv(never) must(false);
    }
    await(1);
    use(g_x);
}

static void sender(void)
{
    await_receiver(values);
    chan_send(values, 1);
    g_x = 1;
    reach(1);
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(selector, sender);
    chan_free(values);
    chan_free(never);
    return 0;
}
