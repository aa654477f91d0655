/* P2: an error-checking mutex; the relock that it refuses changes nothing. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static void worker(void)
{
    meet(2);
    must(pthread_mutex_lock(&lock) == 0);
    must(pthread_mutex_trylock(&lock) == EBUSY);
    g_x++;
    must(pthread_mutex_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
