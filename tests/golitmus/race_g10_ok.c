/* G10: so is whether there was an element written. */
// expect-location: g_ok
// expect-count: 1
#include "golitmus.h"

bool g_ok;
static chan(int) values;

static void receiver(void)
{
    must(chan_try_recv(values, NULL, &g_ok));
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_ok);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_send(values, 1);
    run2(receiver, reader);
    chan_free(values);
    return 0;
}
