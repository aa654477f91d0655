/* P14: a destroyed mutex may be initialised anew, by a call, an assignment or zeroes, and its memory may
 * become another object. */
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>

static void cycle(pthread_mutex_t *mutex)
{
    must(pthread_mutex_lock(mutex) == 0);
    must(pthread_mutex_unlock(mutex) == 0);
    must(pthread_mutex_destroy(mutex) == 0);
}

int main(void)
{
    static const pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    static pthread_mutex_t mutex;
    cycle(&mutex);
    must(pthread_mutex_init(&mutex, NULL) == 0);
    cycle(&mutex);
    mutex = fresh;
    cycle(&mutex);
    memset(&mutex, 0, sizeof mutex);
    cycle(&mutex);
    for (int i = 0; i < 100; i++) {
        pthread_mutex_t *heap = calloc(1, sizeof *heap);
        cycle(heap);
        free(heap);
        pthread_cond_t *cond = calloc(1, sizeof *cond);
        pthread_cond_signal(cond);
        must(pthread_cond_destroy(cond) == 0);
        free(cond);
    }
    return 0;
}
