/* G7: the closer has heard of one sender's end, not of the other's. */
// expect-frame: hasty
// expect-count: 1
#include "golitmus.h"

static chan(int) values;
static chan(int) done;

static void careful(void)
{
    chan_send(values, 1);
    chan_send(done, 0);
}

static void hasty(void)
{
    chan_send(values, 2);
    reach(1);
}

static void closer(void)
{
    chan_get(done);
    await(1);
    chan_close(values);
}

int main(void)
{
    values = chan_make(int, 2);
    done = chan_make(int);
    run3(careful, hasty, closer);
    chan_free(values);
    chan_free(done);
    return 0;
}
