/* G24: to sleep orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void worker(void)
{
    g_x = 1;
    reach(1);
}

static void sleeper(void)
{
    await(1);
    go_sleep(us(100));
    use(g_x);
}

int main(void)
{
    run2(worker, sleeper);
    return 0;
}
