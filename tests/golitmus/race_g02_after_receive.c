/* G2: what the receiver does after its receive is not ordered before the completion of the
 * send. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, 7);
    await(1);
    use(g_x);
}

static void receiver(void)
{
    chan_get(values);
    g_x = 1;
    reach(1);
}

int main(void)
{
    values = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
