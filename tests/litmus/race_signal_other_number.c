/* P10: taking one signal says nothing about the sender of another. */
// expect-location: g_y
// expect-frame: second_sender
// expect-count: 1
#include "../support/litmus.h"
#include <signal.h>

int g_y;
static sigset_t set;
static pthread_t g_receiver;

static void receiver(void)
{
    sigset_t first_only;
    int taken;
    await(2);
    sigemptyset(&first_only);
    sigaddset(&first_only, SIGUSR1);
    must(sigwait(&first_only, &taken) == 0 && taken == SIGUSR1);
    use(g_y);
}

static void first_sender(void)
{
    must(pthread_kill(g_receiver, SIGUSR1) == 0);
    reach(1);
}

static void second_sender(void)
{
    await(1);
    g_y = 1;
    must(pthread_kill(g_receiver, SIGUSR2) == 0);
    reach(2);
}

int main(void)
{
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    g_receiver = spawn(receiver);
    litmus_run2(first_sender, second_sender);
    join(g_receiver);
    return 0;
}
