/* traces: 4
 * Two orders of tickets; the second looks before its turn, or not. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifndef THREADS
#define THREADS 2
#endif
static atomic_int next, turn;
static int count;

static void *counter(void *argument)
{
    int ticket = atomic_fetch_add(&next, 1);
    while (atomic_load(&turn) != ticket)
        ;
    count++;
    atomic_store(&turn, ticket + 1);
    return argument;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, counter, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert(count == THREADS);
}
