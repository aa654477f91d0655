/* G25: what comes after `go` is not ordered before the goroutine. */
// expect-location: g_x
// expect-frame: child
// expect-frame: main
// expect-count: 1
#include "golitmus.h"

int g_x;

static void child(void)
{
    await(1);
    use(g_x);
    reach(2);
}

int main(void)
{
    go(child);
    g_x = 1;
    reach(1);
    await(2);
    return 0;
}
