/* G4, G11: nor when a select waits to send. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void first(void)
{
    g_x = 1;
    chan_send(values, 1);
    reach(1);
}

static void receiver(void)
{
    await_sender(values);
    chan_get(values);
}

static void second(void)
{
    await(1);
    chan_select {
        on_send(values, 2) {}
        on_recv(never) must(false);
    }
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    never = chan_make(int);
    run3(first, receiver, second);
    chan_free(values);
    chan_free(never);
    return 0;
}
