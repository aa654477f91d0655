/* G1: order goes on through a goroutine in the middle. */
#include "golitmus.h"

int g_x;
static chan(int) first;
static chan(int) second;

static void head(void)
{
    g_x = 1;
    chan_send(first, 1);
}

static void middle(void)
{
    chan_send(second, chan_get(first) + 1);
}

static void tail(void)
{
    must(chan_get(second) == 2);
    must(g_x == 1);
}

int main(void)
{
    first = chan_make(int, 1);
    second = chan_make(int);
    run3(head, middle, tail);
    chan_free(first);
    chan_free(second);
    return 0;
}
