/* P2: of a recursive mutex only the outermost unlock hands over; the write is after the inner
 * one. */
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void worker(void)
{
    meet(2);
    pthread_mutex_lock(&lock);
    must(pthread_mutex_trylock(&lock) == 0);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&lock);
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
