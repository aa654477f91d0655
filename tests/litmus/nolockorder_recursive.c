/* P15: who has a recursive lock does not wait for it again: no order of it behind what was taken
 * meanwhile. */
#define _GNU_SOURCE
#include "../support/litmus.h"

static pthread_mutex_t a = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, b = PTHREAD_MUTEX_INITIALIZER;

static void first(void)
{
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    reach(1);
}

static void second(void)
{
    await(1);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
