/* finds: deadlock */
#include <stdio.h>

#include "threads.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static FILE *stream;

static void *report(void *argument)
{
    (void)argument;
    flockfile(stream);
    pthread_mutex_lock(&mutex);
    fputs("a line\n", stream);
    pthread_mutex_unlock(&mutex);
    funlockfile(stream);
    return NULL;
}

/* The fault: it writes with the mutex held, and so waits for the stream there. */
static void *log_it(void *argument)
{
    (void)argument;
    pthread_mutex_lock(&mutex);
    fputs("another one\n", stream);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void)
{
    stream = fopen("/dev/null", "w");
    assert(stream);
    start(report);
    start(log_it);
    join_all();
    fclose(stream);
    return 0;
}
