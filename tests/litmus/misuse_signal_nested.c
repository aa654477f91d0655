/* What a handler that may come anywhere raises has interrupted the same. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-frame: inner
#include "../support/litmus.h"

#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;

static void inner(int signal)
{
    (void)signal;
    launder(malloc(8));
}

static void outer(int signal)
{
    (void)signal;
    must(raise(SIGUSR2) == 0);
    reach(1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
}

int main(void)
{
    g_main = pthread_self();
    must(signal(SIGUSR1, outer) != SIG_ERR);
    must(signal(SIGUSR2, inner) != SIG_ERR);
    pthread_t thread = spawn(sender);
    await(1);
    join(thread);
    return 0;
}
