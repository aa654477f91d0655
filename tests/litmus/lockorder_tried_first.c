/* P15: a lock that was tried is held like any other one. */
// expect: lock-order inversion
#include "../support/litmus.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

static void first(void)
{
    must(pthread_mutex_trylock(&a) == 0);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    reach(1);
}

static void second(void)
{
    await(1);
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
