/* Without --signal-handlers. */
// tsan: tells it unasked
#include "../support/litmus.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;

static void handler(int signal)
{
    (void)signal;
    free(launder(malloc(8)));
    errno = EDOM;
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
