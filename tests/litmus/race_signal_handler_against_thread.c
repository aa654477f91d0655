/* P10: a handler is part of its thread, and races with another thread like its thread would. */
// expect-location: g_x
// expect-frame: handler
// expect-frame: other
// expect-count: 1
#include "../support/litmus.h"
#include <signal.h>

int g_x;

static void handler(int signal_number)
{
    (void)signal_number;
    g_x = 1;
}

static void raising(void)
{
    must(raise(SIGUSR1) == 0);
    reach(1);
}

static void other(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    must(signal(SIGUSR1, handler) != SIG_ERR);
    litmus_run2(raising, other);
    return 0;
}
