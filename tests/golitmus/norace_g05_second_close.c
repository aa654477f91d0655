/* G5, G7: a second close panics and takes nothing from the first: receivers are ordered after
 * that. */
#include "golitmus.h"

int g_x;
static chan(int) closing;

static void closer(void)
{
    g_x = 1;
    chan_close(closing);
    go_attempt {
        chan_close(closing);
        must(false);
    }
    go_rescue(p) reach(1);
}

static void receiver(void)
{
    await(1);
    chan_recv(closing, NULL);
    must(g_x == 1);
}

int main(void)
{
    closing = chan_make(int);
    run2(closer, receiver);
    chan_free(closing);
    return 0;
}
