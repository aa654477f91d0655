/* P15: a lock that both hold for reading is no gate. */
// expect: lock-order inversion
#include "../support/litmus.h"

static pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_rwlock_rdlock(&gate);
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
    pthread_rwlock_unlock(&gate);
}

static void first(void)
{
    nest(&a, &b);
    reach(1);
}

static void second(void)
{
    await(1);
    nest(&b, &a);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
