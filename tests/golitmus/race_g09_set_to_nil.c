/* G9: to switch a case off by setting its channel to nil needs the same care as any variable. */
// expect-location: g_values
// expect-count: 1
#include "golitmus.h"

chan(int) g_values;

static void reader(void)
{
    bool ok = false;
    chan_select {
        on_recv(g_values, NULL, &ok) must(ok);
    }
    reach(1);
}

static void writer(void)
{
    await(1);
    g_values = NULL;
}

int main(void)
{
    chan(int) values = chan_make(int, 1);
    chan_send(values, 1);
    g_values = values;
    run2(reader, writer);
    chan_free(values);
    return 0;
}
