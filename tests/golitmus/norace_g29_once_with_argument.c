/* G29: the form with an argument. */
#include "golitmus.h"

once g_once;
int g_x;

static void set(void *where)
{
    *(int *)where = 1;
}

static void worker(void)
{
    once_do_with(&g_once, set, &g_x);
    must(g_x == 1);
}

int main(void)
{
    run2(worker, worker);
    return 0;
}
