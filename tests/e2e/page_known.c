/*
 * page_known: two threads of five critical sections each, of one lock or, with an argument, of one
 * each. Under fcfs one runs after the other: 26 steps (2 joins; each thread start, 10, end), of
 * which all must follow one another but the second's start, the first's end and the join of it;
 * with a lock each, only one thread's 12 and the joins must.
 */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *work(void *lock)
{
    for (int i = 0; i < 5; i++) {
        pthread_mutex_lock(lock);
        pthread_mutex_unlock(lock);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t one, other;
    (void)argv;
    pthread_create(&one, NULL, work, &locks[0]);
    pthread_create(&other, NULL, work, &locks[argc > 1]);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(!"so");
}
