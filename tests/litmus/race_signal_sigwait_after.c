/* P10: what the sender does after sending is not ordered with sigwait. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <signal.h>

int g_x;
static sigset_t set;
static pthread_t g_receiver;

static void receiver(void)
{
    int taken;
    must(sigwait(&set, &taken) == 0 && taken == SIGUSR1);
    await(1);
    use(g_x);
}

static void sender(void)
{
    must(pthread_kill(g_receiver, SIGUSR1) == 0);
    g_x = 1;
    reach(1);
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
