/* G25: and races with others. */
// expect-location: g_x
// expect-frame: slow
// expect-count: 1
#include "golitmus.h"

int g_x;

static int slow(int *where)
{
    *where += 1;
    return 0;
}

static void worker(void)
{
    go_blocking(slow, &g_x);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    run2(worker, reader);
    return 0;
}
