/* P2: the lock of a stream, taken by hand; it may be taken again by its owner. */
// tsan: does not know the function
#include "../support/litmus.h"
#include <stdio.h>

int g_x;

static void first(void)
{
    flockfile(stderr);
    flockfile(stderr);
    g_x = 1;
    funlockfile(stderr);
    g_x = 2;
    funlockfile(stderr);
    reach(1);
}

static void second(void)
{
    await(1);
    must(ftrylockfile(stderr) == 0);
    use(g_x);
    funlockfile(stderr);
    reach(2);
}

static void third(void)
{
    await(2); /* a lock that is held would fail the second's attempt */
    flockfile(stderr);
    use(g_x);
    funlockfile(stderr);
}

int main(void)
{
    litmus_run3(first, second, third);
    return 0;
}
