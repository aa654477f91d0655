/* finds: assertion */
/*
 * A worker takes a token and is cancelled before its cleanup handler, which would give it back, is
 * there: between the two lies a cancellation point. Fixed, it lies after both.
 */
#include "threads.h"

#include <semaphore.h>

static sem_t tokens, begun;

static void give_back(void *unused)
{
    (void)unused;
    sem_post(&tokens);
}

static void *worker(void *unused)
{
    sem_wait(&tokens);
#ifndef FIXED
    pthread_testcancel();
#endif
    pthread_cleanup_push(give_back, NULL);
    pthread_testcancel();
    sem_post(&begun);
    pthread_cleanup_pop(1);
    return unused;
}

int main(void)
{
    int left = 0;
    sem_init(&tokens, 0, 1);
    sem_init(&begun, 0, 0);
    start(worker);
    pthread_cancel(threads[0]);
    join_all();
    sem_getvalue(&tokens, &left);
    assert(left == 1);
    return 0;
}
