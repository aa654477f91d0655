/* G3: a counting semaphore of two: readers hold one unit, the writer takes both. */
#include "golitmus.h"

int g_x;
static chan(int) units;

static void reader(void)
{
    chan_send(units, 0);
    use(g_x);
    chan_get(units);
    arrive();
}

static void writer(void)
{
    await_arrivals(2);
    chan_send(units, 0);
    chan_send(units, 0);
    g_x = 1;
}

int main(void)
{
    units = chan_make(int, 2);
    run3(reader, reader, writer);
    chan_free(units);
    return 0;
}
