/* P15: the first time was before the other thread was created; the second was not. */
// expect: lock-order inversion
#include "../support/litmus.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
}

static void other(void)
{
    nest(&b, &a);
    reach(1);
}

int main(void)
{
    nest(&a, &b);
    pthread_t thread = spawn(other);
    await(1);
    nest(&a, &b);
    join(thread);
    return 0;
}
