/* G10: a receive case writes its destination. */
// expect-location: g_x
// expect-frame: selector
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void selector(void)
{
    chan_select {
        on_recv(values, &g_x) reach(1);
        on_recv(never) must(false);
    }
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    never = chan_make(int);
    chan_send(values, 1);
    run2(selector, reader);
    chan_free(values);
    chan_free(never);
    return 0;
}
