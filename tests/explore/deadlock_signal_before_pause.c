/* finds: deadlock */
/*
 * The signal that a thread waits for comes between its look at the flag and pause, which then waits
 * for another one. Fixed, the signal is blocked but for the wait.
 */
#include "threads.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void handler(int signal)
{
    (void)signal;
    told = 1;
}

static void *waiter(void *unused)
{
#ifdef FIXED
    sigset_t none;
    sigemptyset(&none);
    while (!told)
        sigsuspend(&none);
#else
    if (!told)
        pause();
#endif
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
#ifdef FIXED
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
#endif
    start(waiter);
    pthread_kill(threads[0], SIGUSR1);
    join_all();
    return 0;
}
