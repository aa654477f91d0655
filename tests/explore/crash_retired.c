/* finds: crash */
#include <stdlib.h>

#include "threads.h"

/* Takes the pointer, then looks through it; somebody takes it away in between and retires it. */
static _Atomic(int *) current;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *look(void *unused)
{
    pthread_mutex_lock(&m);
    bool there = atomic_load(&current) != NULL;
#ifndef FIXED
    pthread_mutex_unlock(&m);
#endif
    if (there && *atomic_load(&current) != 1)
        abort();
#ifdef FIXED
    pthread_mutex_unlock(&m);
#endif
    return unused;
}

static void *retire(void *unused)
{
    pthread_mutex_lock(&m);
    atomic_store(&current, NULL);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    static int value = 1;
    atomic_store(&current, &value);
    start(look);
    start(retire);
    join_all();
    return 0;
}
