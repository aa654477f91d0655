/* G25: a goroutine's end orders nothing, though main sees that it is gone. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void child(void)
{
    g_x = 1;
}

int main(void)
{
    go(child);
    while (go_count() > 1)
        go_yield();
    use(g_x);
    return 0;
}
