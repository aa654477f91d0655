/*
 * A value travels in two stages, each under a lock of its own; between them the second is behind
 * the first. WRITERS do so, READERS look at both stages, one after the other.
 */
#include "threads.h"

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static atomic_int value;
static int doubled;

static void *write_stages(void *unused)
{
    pthread_mutex_lock(&first);
    value = 1;
#ifndef FIXED
    pthread_mutex_unlock(&first);
#endif
    pthread_mutex_lock(&second);
    doubled = value + 1;
    pthread_mutex_unlock(&second);
#ifdef FIXED
    pthread_mutex_unlock(&first);
#endif
    return unused;
}

static void *read_stages(void *unused)
{
#ifdef LATE
    work_for(LATE);
#endif
    pthread_mutex_lock(&first);
    int seen = value;
#ifndef FIXED
    pthread_mutex_unlock(&first);
#endif
    pthread_mutex_lock(&second);
    int seen_doubled = doubled;
    pthread_mutex_unlock(&second);
#ifdef FIXED
    pthread_mutex_unlock(&first);
#endif
    assert(!seen || seen_doubled == seen + 1);
    return unused;
}

int main(void)
{
    start_many(WRITERS, write_stages);
    start_many(READERS, read_stages);
    join_all();
    return 0;
}
