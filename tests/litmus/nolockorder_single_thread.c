/* P15: one thread takes the locks in both orders; others take one order only. */
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
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
}

int main(void)
{
    pthread_t thread = spawn(other);
    nest(&a, &b);
    nest(&b, &a);
    join(thread);
    return 0;
}
