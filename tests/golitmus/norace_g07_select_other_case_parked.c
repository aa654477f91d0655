/* G7, G11, G13: nor if the select had to wait. */
#include "channel.h"

static chan(int) chosen;
static chan(int) full;

static void selector(void)
{
    chan_select {
        on_send(chosen, 1) reach(1);
        on_send(full, 2) must(false);
    }
}

static void receiver(void)
{
    await_sender(full);
    must(chan_get(chosen) == 1);
}

static void closer(void)
{
    await(1);
    chan_close(full);
}

int main(void)
{
    chosen = chan_make(int);
    full = chan_make(int);
    run3(selector, receiver, closer);
    chan_free(chosen);
    chan_free(full);
    return 0;
}
