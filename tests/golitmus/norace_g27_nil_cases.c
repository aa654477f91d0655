/* G27: in a select nil channels are never ready. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void selector(void)
{
    chan(int) nil = NULL;
    chan_select {
        on_recv(nil) must(false);
        on_send(nil, 1) must(false);
        on_recv(values) must(g_x == 1);
    }
}

static void sender(void)
{
    g_x = 1;
    chan_send(values, 1);
}

int main(void)
{
    values = chan_make(int);
    run2(selector, sender);
    chan_free(values);
    return 0;
}
