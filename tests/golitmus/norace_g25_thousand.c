/* G25: a thousand goroutines, each with a variable of its own, then all seen by one. */
#include "golitmus.h"

enum { COUNT = 1000 };

int g_parts[COUNT];

static void worker(int which)
{
    g_parts[which] += which;
}

int main(void)
{
    waitgroup group = {0};
    for (int i = 0; i < COUNT; i++)
        waitgroup_go(&group, worker, i);
    waitgroup_wait(&group);
    for (int i = 0; i < COUNT; i++)
        must(g_parts[i] == i);
    return 0;
}
