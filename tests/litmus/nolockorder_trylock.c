/* P15: who tries, or waits for a time, does not wait for ever. */
#include "../support/litmus.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

static void first(void)
{
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    reach(1);
}

static void second(void)
{
    struct timespec late = deadline(CLOCK_REALTIME, 100000);
    await(1);
    pthread_mutex_lock(&b);
    must(pthread_mutex_trylock(&a) == 0);
    pthread_mutex_unlock(&a);
    must(pthread_mutex_timedlock(&a, &late) == 0);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
