/* P15: read locks that are taken in opposite orders deadlock when writers come in between: each wants for
 * writing what the other one reads. */
// expect: lock-order inversion
// expect-location: g_a
// expect-location: g_b
#include "../support/litmus.h"

pthread_rwlock_t g_a = PTHREAD_RWLOCK_INITIALIZER, g_b = PTHREAD_RWLOCK_INITIALIZER;

static void nest(pthread_rwlock_t *outer, pthread_rwlock_t *inner)
{
    pthread_rwlock_rdlock(outer);
    pthread_rwlock_wrlock(inner);
    pthread_rwlock_unlock(inner);
    pthread_rwlock_unlock(outer);
}

static void first(void)
{
    nest(&g_a, &g_b);
    reach(1);
}

static void second(void)
{
    await(1);
    nest(&g_b, &g_a);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
