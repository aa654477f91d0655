/* P2: a stream's lock that was not had orders nothing, nor does that of another stream. */
// expect-location: g_x
// expect-count: 2
#include "../support/litmus.h"
#include <stdio.h>

int g_x;

static void owner(void)
{
    flockfile(stderr);
    g_x = 1;
    reach(1);
    await(2);
    funlockfile(stderr);
}

static void refused(void)
{
    await(1);
    must(ftrylockfile(stderr) != 0);
    use(g_x);
    reach(2);
}

static void other(void)
{
    await(2);
    flockfile(stdout);
    use(g_x);
    funlockfile(stdout);
}

int main(void)
{
    litmus_run3(owner, refused, other);
    return 0;
}
