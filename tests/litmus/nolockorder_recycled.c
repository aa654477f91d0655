/* P15, P16: a lock in memory that another one had before is another lock. */
#include "../support/litmus.h"
#include <stdlib.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, *b;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
}

static void first(void)
{
    pthread_mutex_init(b, NULL);
    nest(&a, b);
    pthread_mutex_destroy(b);
    reach(1);
}

static void second(void)
{
    await(1);
    pthread_mutex_init(b, NULL);
    nest(b, &a);
    pthread_mutex_destroy(b);
}

int main(void)
{
    b = malloc(sizeof *b);
    litmus_run2(first, second);
    return 0;
}
