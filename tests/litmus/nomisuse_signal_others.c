/* What other threads do while a handler runs, what its own thread does afterwards, and what a
 * thread does that takes the signal by sigwait. */
// options: signal-handlers=yes
#include "../support/litmus.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;

static void handler(int signal)
{
    (void)signal;
    reach(1);
    await(2);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
    await(1);
    free(launder(malloc(8)));
    errno = EDOM;
    reach(2);
}

int main(void)
{
    sigset_t set;
    int signal_number;
    g_main = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    pthread_t thread = spawn(sender);
    await(2);
    free(launder(malloc(8)));
    join(thread);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    must(pthread_kill(g_main, SIGUSR2) == 0);
    must(sigwait(&set, &signal_number) == 0);
    free(launder(malloc(8)));
    return 0;
}
