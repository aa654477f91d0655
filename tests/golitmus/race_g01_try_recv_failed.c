/* G1: a receive that gets nothing orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void writer(void)
{
    g_x = 1;
    chan_send(values, 7);
    must(chan_get(values) == 7);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(!chan_try_recv(values, NULL));
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(writer, reader);
    chan_free(values);
    return 0;
}
