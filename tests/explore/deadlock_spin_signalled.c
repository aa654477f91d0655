/* finds: deadlock */
/*
 * A thread computes until a signal's handler tells it to stop: the handler runs though it comes to
 * no scheduling point. Who has told it waits for an answer that is given only by chance. Fixed,
 * always.
 */
#include "threads.h"

#include <semaphore.h>
#include <signal.h>

static volatile sig_atomic_t stopped;
static sem_t answer;

static void handler(int signal)
{
    (void)signal;
    stopped = 1;
}

__attribute__((no_sanitize("thread"), noinline)) static bool compute(void)
{
    bool once = false;
    for (; !stopped; once = true)
        ;
    return once;
}

static void *worker(void *unused)
{
    bool computed = compute();
#ifdef FIXED
    computed = true;
#endif
    if (computed)
        sem_post(&answer);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    sem_init(&answer, 0, 0);
    start(worker);
    pthread_kill(threads[0], SIGUSR1);
    sem_wait(&answer);
    join_all();
    return 0;
}
