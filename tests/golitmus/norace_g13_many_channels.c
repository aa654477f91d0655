/* G13: a select over a dozen channels, more than it has room for by itself. */
#include "golitmus.h"

enum { COUNT = 12 };

chan(int) g_values[COUNT];
int g_parts[COUNT];

static void sender(int which)
{
    g_parts[which] = which;
    chan_send(g_values[which], which);
}

int main(void)
{
    for (int i = 0; i < COUNT; i++)
        g_values[i] = chan_make(int);
    for (int i = 0; i < COUNT; i++)
        go(sender, i);
    for (int round = 0; round < COUNT; round++) {
        int value = -1;
        chan_select {
            for (int i = 0; i < COUNT; i++)
                on_recv(g_values[i], &value) must(value == i);
        }
        must(g_parts[value] == value);
    }
    for (int i = 0; i < COUNT; i++)
        chan_free(g_values[i]);
    return 0;
}
