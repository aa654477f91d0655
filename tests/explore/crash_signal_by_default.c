/* finds: crash */
/*
 * A thread asks another to stop by a signal before its handler is there. Fixed, the handler comes
 * first.
 */
#include "threads.h"

#include <signal.h>

static void handler(int signal)
{
    (void)signal;
}

static void *worker(void *unused)
{
#ifndef FIXED
    signal(SIGUSR1, handler);
#endif
    work_for(2);
    return unused;
}

int main(void)
{
#ifdef FIXED
    signal(SIGUSR1, handler);
#endif
    start(worker);
    work_for(1);
    pthread_kill(threads[0], SIGUSR1);
    join_all();
    return 0;
}
