/*
 * What the programs here do with threads. They are started by number, so that a thread knows its
 * own, and joined together.
 */
#ifndef TESTS_EXPLORE_THREADS_H
#define TESTS_EXPLORE_THREADS_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static pthread_t threads[256];
static long threads_count;

static inline void start(void *(*routine)(void *))
{
    int error = pthread_create(&threads[threads_count], NULL, routine, (void *)threads_count);
    assert(!error);
    threads_count++;
}

static inline void start_many(long count, void *(*routine)(void *))
{
    for (long i = 0; i < count; i++)
        start(routine);
}

/* Work that has nothing to do with the fault: other tasks may go on between its steps. */
static inline void work_for(int steps)
{
    static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
    for (int i = 0; i < steps; i++) {
        pthread_mutex_lock(&one);
        pthread_mutex_unlock(&one);
    }
}

static inline void join_all(void)
{
    for (long i = 0; i < threads_count; i++)
        pthread_join(threads[i], NULL);
}

#endif
