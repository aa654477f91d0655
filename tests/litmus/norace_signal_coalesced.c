/* P10: two sends, one delivery: it joins both senders. */
// tsan: signals order nothing
#include "../support/litmus.h"
#include <signal.h>

int g_x;
int g_y;
static sigset_t set;
static pthread_t g_receiver;

static void receiver(void)
{
    int taken;
    await(2);
    must(sigwait(&set, &taken) == 0 && taken == SIGUSR1);
    must(g_x == 1 && g_y == 1);
}

static void first_sender(void)
{
    g_x = 1;
    must(pthread_kill(g_receiver, SIGUSR1) == 0);
    reach(1);
}

static void second_sender(void)
{
    await(1);
    g_y = 1;
    must(pthread_kill(g_receiver, SIGUSR1) == 0);
    reach(2);
}

int main(void)
{
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    g_receiver = spawn(receiver);
    litmus_run2(first_sender, second_sender);
    join(g_receiver);
    return 0;
}
