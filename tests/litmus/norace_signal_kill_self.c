/* P10: kill to oneself is ordered before the handler, which runs in the one thread that lets
 * the signal through. */
// tsan: signals order nothing
#include "../support/litmus.h"
#include <signal.h>
#include <unistd.h>

int g_x;
static volatile sig_atomic_t handled;

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
    must(kill(getpid(), SIGUSR1) == 0);
}

int main(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    must(signal(SIGUSR1, handler) != SIG_ERR);
    litmus_run2(receiver, sender);
    return 0;
}
