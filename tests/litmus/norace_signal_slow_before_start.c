/* P10: a new thread is still in a signal handler, which came before its start, when it is joined. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <sched.h>
#include <signal.h>

long g_slot;

static void handler(int signal)
{
    (void)signal;
    g_slot++;
    for (volatile int i = 0; i < 20000; i++)
        ;
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
    /* On one processor the signal is there before the thread has run at all. */
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    must(sched_setaffinity(0, sizeof one, &one) == 0);
    for (int i = 0; i < 4000; i++) {
        pthread_t thread = spawn(worker);
        pthread_kill(thread, SIGUSR1);
        join(thread);
        use(g_slot);
    }
    return 0;
}
