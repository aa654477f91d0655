/* G7: two closes that are not ordered. */
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "golitmus.h"

static chan(int) values;

static void first(void)
{
    chan_close(values);
    reach(1);
}

static void second(void)
{
    await(1);
    go_attempt {
        chan_close(values);
    }
    go_rescue(p) {}
}

int main(void)
{
    values = chan_make(int);
    run2(first, second);
    chan_free(values);
    return 0;
}
