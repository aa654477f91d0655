/* A thread that sends itself a signal knows what its handler interrupts. */
// options: signal-handlers=yes
#define _GNU_SOURCE
#include "../support/litmus.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void handler(int signal)
{
    free(launder(malloc(8)));
    errno = signal + errno;
}

int main(void)
{
    must(signal(SIGUSR1, handler) != SIG_ERR);
    must(raise(SIGUSR1) == 0);
    must(pthread_kill(pthread_self(), SIGUSR1) == 0);
    must(kill(getpid(), SIGUSR1) == 0);
    must(sigqueue(getpid(), SIGUSR1, (union sigval){0}) == 0);
    must(pthread_sigqueue(pthread_self(), SIGUSR1, (union sigval){0}) == 0);
    return 0;
}
