/* P10: pthread_kill is ordered before the handler that it starts. */
// tsan: signals order nothing
#include "../support/litmus.h"
#include <signal.h>

int g_x;
static volatile sig_atomic_t handled;
static pthread_t g_receiver;

static void handler(int signal_number)
{
    (void)signal_number;
    must(g_x == 1);
    handled = 1;
}

static void receiver(void)
{
    sigset_t none;
    sigemptyset(&none);
    while (!handled)
        sigsuspend(&none);
}

static void sender(void)
{
    g_x = 1;
    must(pthread_kill(g_receiver, SIGUSR1) == 0);
}

int main(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    must(signal(SIGUSR1, handler) != SIG_ERR);
    g_receiver = spawn(receiver);
    join(spawn(sender));
    join(g_receiver);
    return 0;
}
