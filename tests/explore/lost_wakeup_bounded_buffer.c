/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include "threads.h"

/* Producers and consumers wait on one condition variable, and signal wakes the wrong kind. */
enum { ROOM = 1, ITEMS = 2 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int count;

#ifdef FIXED
#define WAKE pthread_cond_broadcast
#else
#define WAKE pthread_cond_signal
#endif

static void *produce(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&m);
        while (count == ROOM)
            pthread_cond_wait(&changed, &m);
        count++;
        WAKE(&changed);
        pthread_mutex_unlock(&m);
    }
    return unused;
}

static void *consume(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&m);
        while (count == 0)
            pthread_cond_wait(&changed, &m);
        count--;
        WAKE(&changed);
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void)
{
    start_many(2, produce);
    start_many(2, consume);
    join_all();
    return 0;
}
