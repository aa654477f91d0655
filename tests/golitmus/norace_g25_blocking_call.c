/* G25: a blocking call, which runs on another thread, is in its goroutine's order. */
#include "golitmus.h"

int g_x;

static int slow(int *where)
{
    *where += 1;
    return *where;
}

static void worker(void)
{
    int mine = 1;
    g_x = 1;
    must(go_blocking(slow, &mine) == 2 && mine == 2);
    must(go_blocking(slow, &g_x) == 2);
    g_x++;
}

static void other(void)
{
    go_yield();
}

int main(void)
{
    run2(worker, other);
    return 0;
}
