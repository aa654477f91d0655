/* P10: installing a handler by sigaction with siginfo; it sees what its own thread wrote. */
#include "../support/litmus.h"
#include <signal.h>

int g_x;

static void handler(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    must(info->si_signo == signal_number);
    must(g_x == 1);
    g_x = 2;
}

static void worker(void)
{
    g_x = 1;
    must(raise(SIGUSR2) == 0);
    must(g_x == 2);
}

int main(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = handler;
    must(sigaction(SIGUSR2, &action, NULL) == 0);
    join(spawn(worker));
    return 0;
}
