/* G13, G11: a select that waited at two channels is ordered by the one that woke it, not by
 * what comes through the other later. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) chosen;
static chan(int) other;

static void selector(void)
{
    chan_select {
        on_recv(chosen) {}
        on_recv(other) must(false);
    }
    await(1);
    use(g_x);
}

static void sender(void)
{
    await_receiver(other);
    chan_send(chosen, 1);
    g_x = 1;
    chan_send(other, 2);
    reach(1);
}

int main(void)
{
    chosen = chan_make(int);
    other = chan_make(int, 1);
    run2(selector, sender);
    chan_free(chosen);
    chan_free(other);
    return 0;
}
