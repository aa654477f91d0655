/* finds: deadlock */
/*
 * A handler locks the mutex that the thread it interrupts holds. Fixed, the signal is blocked while
 * it does.
 */
#include "threads.h"

#include <signal.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void handler(int signal)
{
    (void)signal;
    pthread_mutex_lock(&mutex);
    count++;
    pthread_mutex_unlock(&mutex);
}

static void *worker(void *unused)
{
#ifdef FIXED
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, &before);
#endif
    pthread_mutex_lock(&mutex);
    count++;
    pthread_mutex_unlock(&mutex);
#ifdef FIXED
    pthread_sigmask(SIG_SETMASK, &before, NULL);
#endif
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    start(worker);
    pthread_kill(threads[0], SIGUSR1);
    join_all();
    return 0;
}
