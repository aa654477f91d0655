/* A thread that still runs when the program exits is ended by that, as its author may intend. */
// options: thread-leaks=yes
#include "../support/litmus.h"

static void runs_on(void)
{
    reach(1);
    for (;;)
        invisible_yield();
}

int main(void)
{
    spawn(runs_on);
    await(1);
    return 0;
}
