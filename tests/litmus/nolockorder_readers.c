/* P15: read locks taken in opposite orders do not wait for each other. */
#include "../support/litmus.h"

static pthread_rwlock_t a = PTHREAD_RWLOCK_INITIALIZER, b = PTHREAD_RWLOCK_INITIALIZER;

static void nest(pthread_rwlock_t *outer, pthread_rwlock_t *inner)
{
    pthread_rwlock_rdlock(outer);
    pthread_rwlock_rdlock(inner);
    pthread_rwlock_unlock(inner);
    pthread_rwlock_unlock(outer);
}

static void first(void)
{
    nest(&a, &b);
}

static void second(void)
{
    nest(&b, &a);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
