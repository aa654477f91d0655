/* P10: sigqueue and pthread_sigqueue are ordered before the sigwaitinfo and sigtimedwait that
 * take their signals. */
// tsan: signals order nothing
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <signal.h>
#include <unistd.h>

int g_x;
int g_y;
static sigset_t set;
static pthread_t g_receiver;

static void receiver(void)
{
    siginfo_t info;
    struct timespec span = {.tv_sec = 20, .tv_nsec = 0};
    must(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int == 5);
    must(g_x == 1);
    reach(1);
    must(sigtimedwait(&set, &info, &span) == SIGRTMIN + 1);
    must(g_y == 1);
}

static void sender(void)
{
    union sigval value = {.sival_int = 5};
    g_x = 1;
    must(sigqueue(getpid(), SIGRTMIN, value) == 0);
    await(1);
    g_y = 1;
    must(pthread_sigqueue(g_receiver, SIGRTMIN + 1, value) == 0);
}

int main(void)
{
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGRTMIN + 1);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    g_receiver = spawn(receiver);
    join(spawn(sender));
    join(g_receiver);
    return 0;
}
