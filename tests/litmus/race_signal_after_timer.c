/* P10: what is done after a timer was armed is not ordered before the handler that it starts. */
// expect-location: g_x
// expect-frame: handler
// expect-count: 1
#include "../support/litmus.h"
#include <signal.h>

int g_x;
static volatile sig_atomic_t handled;

static void handler(int signal_number)
{
    (void)signal_number;
    use(g_x);
    handled = 1;
}

static void receiver(void)
{
    sigset_t none;
    sigemptyset(&none);
    await(1);
    while (!handled)
        sigsuspend(&none);
}

static void armer(void)
{
    struct itimerspec once = {.it_value = {.tv_nsec = 1000000}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t timer;
    must(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    must(timer_settime(timer, 0, &once, NULL) == 0);
    g_x = 1;
    reach(1);
}

int main(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    must(signal(SIGUSR1, handler) != SIG_ERR);
    litmus_run2(receiver, armer);
    return 0;
}
