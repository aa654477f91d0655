/* G29: the function's end is ordered before the return of every call. */
#include "golitmus.h"

once g_once;
int g_x;

static void set_up(void)
{
    g_x = 1;
}

static void worker(void)
{
    for (int i = 0; i < 3; i++) {
        once_do(&g_once, set_up);
        must(g_x == 1);
    }
}

int main(void)
{
    run3(worker, worker, worker);
    return 0;
}
