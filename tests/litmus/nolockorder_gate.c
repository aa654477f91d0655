/* P15: opposite orders, but a third lock is held around both. */
#include "../support/litmus.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER, a = PTHREAD_MUTEX_INITIALIZER,
                       b = PTHREAD_MUTEX_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
    pthread_mutex_unlock(&gate);
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
