/* P9: volatile is a plain access, and no synchronisation. */
// expect-location: g_flag
// expect-count: 1
#include "../support/litmus.h"

volatile int g_flag;

static void setter(void)
{
    g_flag = 1;
    reach(1);
}

static void poller(void)
{
    await(1);
    while (g_flag == 0)
        continue;
}

int main(void)
{
    litmus_run2(setter, poller);
    return 0;
}
