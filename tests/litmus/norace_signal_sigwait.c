/* P10: sending is ordered before the sigwait that takes the signal. */
// tsan: signals order nothing
#include "../support/litmus.h"
#include <signal.h>

int g_x;
static sigset_t set;
static pthread_t g_receiver;

static void receiver(void)
{
    int taken;
    must(sigwait(&set, &taken) == 0 && taken == SIGUSR1);
    must(g_x == 1);
}

static void sender(void)
{
    g_x = 1;
    must(pthread_kill(g_receiver, SIGUSR1) == 0);
}

int main(void)
{
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    g_receiver = spawn(receiver);
    join(spawn(sender));
    join(g_receiver);
    return 0;
}
