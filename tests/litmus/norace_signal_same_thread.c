/* P10: a handler runs inside its thread's program order. */
#include "../support/litmus.h"
#include <signal.h>

int g_x;

static void handler(int signal_number)
{
    (void)signal_number;
    g_x++;
}

static void worker(void)
{
    for (int i = 0; i < 50; i++) {
        g_x++;
        must(raise(SIGUSR1) == 0);
        must(pthread_kill(pthread_self(), SIGUSR1) == 0);
    }
}

int main(void)
{
    must(signal(SIGUSR1, handler) != SIG_ERR);
    join(spawn(worker));
    must(g_x == 150);
    return 0;
}
