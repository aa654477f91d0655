/* G7, G13: a send case that is not chosen does not send, so a close need not be ordered with
 * it. */
#include "golitmus.h"

static chan(int) chosen;
static chan(int) full;

static void selector(void)
{
    chan_select {
        on_send(chosen, 1) reach(1);
        on_send(full, 2) must(false);
    }
}

static void closer(void)
{
    await(1);
    chan_close(full);
}

int main(void)
{
    chosen = chan_make(int, 1);
    full = chan_make(int);
    run2(selector, closer);
    chan_free(chosen);
    chan_free(full);
    return 0;
}
