/* G1: each element brings the work of its own sender. */
#include "golitmus.h"

int g_parts[8];
static chan(int) done;

static void worker(int which)
{
    g_parts[which] = which + 1;
    chan_send(done, which);
}

static void starter(void)
{
    for (int i = 0; i < 8; i++)
        go(worker, i);
}

static void collector(void)
{
    for (int i = 0; i < 8; i++) {
        int which = chan_get(done);
        must(g_parts[which] == which + 1);
    }
}

int main(void)
{
    done = chan_make(int);
    run2(starter, collector);
    chan_free(done);
    return 0;
}
