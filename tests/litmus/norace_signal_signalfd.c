/* P10: sending is ordered before the read of a signalfd that takes the signal. */
// tsan: signals order nothing
#include "../support/litmus.h"
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int g_x;
static int descriptor;

static void receiver(void)
{
    struct signalfd_siginfo info;
    must(read(descriptor, &info, sizeof info) == sizeof info);
    must(info.ssi_signo == SIGUSR1);
    must(g_x == 1);
}

static void sender(void)
{
    g_x = 1;
    must(kill(getpid(), SIGUSR1) == 0);
}

int main(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    descriptor = signalfd(-1, &set, 0);
    must(descriptor >= 0);
    litmus_run2(receiver, sender);
    return 0;
}
