/* A handler allocates; another thread's signal may come at any instruction. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-location: SIGUSR1
// expect-frame: handler
// expect-count: 1
#include "../support/litmus.h"

#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;

static void handler(int signal)
{
    (void)signal;
    launder(malloc(8));
    reach(1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
}

int main(void)
{
    g_main = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    pthread_t thread = spawn(sender);
    await(1);
    join(thread);
    return 0;
}
