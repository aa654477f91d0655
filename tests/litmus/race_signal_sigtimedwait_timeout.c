/* P10: a sigtimedwait that times out orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>
#include <signal.h>

int g_x;
static sigset_t set;

static void receiver(void)
{
    struct timespec span = {.tv_sec = 0, .tv_nsec = 5000000};
    await(1);
    must(sigtimedwait(&set, NULL, &span) == -1 && errno == EAGAIN);
    use(g_x);
    reach(2);
}

static void other(void)
{
    g_x = 1;
    must(raise(SIGUSR1) == 0);
    reach(1);
    await(2);
}

int main(void)
{
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    litmus_run2(receiver, other);
    return 0;
}
