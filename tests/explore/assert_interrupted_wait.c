/* finds: assertion */
/*
 * A wait on a semaphore that a signal handler interrupts has taken no unit. Fixed, it is begun
 * again.
 */
#include "threads.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>

static sem_t filled;
static atomic_int item;

static void handler(int signal)
{
    (void)signal;
}

static void *consumer(void *unused)
{
#ifdef FIXED
    while (sem_wait(&filled) != 0)
        assert(errno == EINTR);
#else
    sem_wait(&filled);
#endif
    assert(item == 1);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    sem_init(&filled, 0, 0);
    start(consumer);
    pthread_kill(threads[0], SIGUSR1);
    item = 1;
    sem_post(&filled);
    join_all();
    return 0;
}
