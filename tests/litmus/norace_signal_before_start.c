/* P10: a signal may reach a new thread before its start routine; the handler still runs in that
 * thread's program order, and the thread's end is ordered before its join. */
#include "../support/litmus.h"
#include <signal.h>

long g_slot;

static void handler(int signal)
{
    (void)signal;
    g_slot++;
}

static void worker(void)
{
    g_slot += 2;
}

int main(void)
{
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    must(sigaction(SIGUSR1, &action, NULL) == 0);
    for (int i = 0; i < 3000; i++) {
        pthread_t thread = spawn(worker);
        pthread_kill(thread, SIGUSR1);
        join(thread);
        use(g_slot);
    }
    return 0;
}
