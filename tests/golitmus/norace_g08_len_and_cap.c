/* G8: len and cap race with nothing: not with sends, receives and a close. */
#include "golitmus.h"

static chan(int) values;

static void worker(void)
{
    for (int i = 0; i < 10; i++) {
        chan_send(values, i);
        chan_get(values);
    }
    chan_close(values);
    reach(1);
}

static void watcher(void)
{
    while (!reached(1)) {
        must(chan_len(values) <= 2 && chan_cap(values) == 2);
        go_yield();
    }
    must(chan_len(values) == 0);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(worker, watcher);
    chan_free(values);
    return 0;
}
