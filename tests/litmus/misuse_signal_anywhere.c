/* A handler that locks interrupts calls of all depths, the detector's own work included; that is
 * one finding. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-frame: handler
// expect-count: 1
#include "../support/litmus.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

static volatile sig_atomic_t g_count;
static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static void handler(int signal)
{
    (void)signal;
    pthread_mutex_lock(&g_lock);
    g_count++;
    pthread_mutex_unlock(&g_lock);
}

NOINLINE void work(int depth)
{
    if (depth) {
        work(depth - 1);
        use(depth);
        return;
    }
    for (int i = 0; i < 1000; i++)
        free(launder(malloc(10)));
}

int main(void)
{
    struct itimerval often = {{0, 500}, {0, 500}};
    must(signal(SIGALRM, handler) != SIG_ERR);
    must(setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (int i = 0; g_count < 20; i++)
        work(i % 7);
    return 0;
}
