/* A handler locks a mutex: whoever it interrupts may hold it. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-frame: handler
#include "../support/litmus.h"

#include <signal.h>

static pthread_t g_main;
static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static void handler(int signal)
{
    (void)signal;
    pthread_mutex_lock(&g_lock);
    pthread_mutex_unlock(&g_lock);
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
