/* G14: a value that a select has read on entry may be written by who learns of the entry,
 * even while the select still waits. */
#include "golitmus.h"

int g_x;
static chan(int) values;
static chan(int) entered;

static int read_and_tell(void)
{
    int value = g_x;
    chan_send(entered, 1);
    return value;
}

static void selector(void)
{
    chan_select {
        on_send(values, read_and_tell()) {}
    }
}

static void peer(void)
{
    chan_get(entered);
    g_x = 1;
    must(chan_get(values) == 0);
}

int main(void)
{
    values = chan_make(int);
    entered = chan_make(int);
    run2(selector, peer);
    chan_free(values);
    chan_free(entered);
    return 0;
}
