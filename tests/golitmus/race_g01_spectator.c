/* G1: who neither sends nor receives is not ordered. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 7);
}

static void receiver(void)
{
    chan_get(values);
    reach(1);
}

static void spectator(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int);
    run3(sender, receiver, spectator);
    chan_free(values);
    return 0;
}
