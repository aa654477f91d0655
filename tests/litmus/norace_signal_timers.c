/* P10: who arms a timer comes before the handler that it starts, in whatever thread. */
// tsan: signals order nothing
#include "../support/litmus.h"
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

int g_x[4];
static volatile sig_atomic_t handled;

static void handler(int signal_number)
{
    (void)signal_number;
    use(g_x[handled]);
    handled = handled + 1;
    reach(2 * handled);
}

/* The only thread that does not block the signals. */
static void receiver(void)
{
    sigset_t none;
    sigemptyset(&none);
    while (handled < 4)
        sigsuspend(&none);
}

static void arm(int round)
{
    struct itimerval interval = {.it_value = {.tv_usec = 1000}};
    struct itimerspec once = {.it_value = {.tv_nsec = 1000000}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t timer;
    switch (round) {
    case 0:
        must(setitimer(ITIMER_REAL, &interval, NULL) == 0);
        break;
    case 1:
        ualarm(1000, 0);
        break;
    case 2:
        alarm(1);
        break;
    default:
        must(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
        must(timer_settime(timer, 0, &once, NULL) == 0);
    }
}

int main(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigaddset(&blocked, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    must(signal(SIGALRM, handler) != SIG_ERR && signal(SIGUSR1, handler) != SIG_ERR);
    pthread_t thread = spawn(receiver);
    for (int round = 0; round < 4; round++) {
        g_x[round] = 1;
        arm(round);
        await(2 * (round + 1));
    }
    join(thread);
    return 0;
}
