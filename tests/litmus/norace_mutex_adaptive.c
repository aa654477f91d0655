/* P2: an adaptive mutex is a mutex. */
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;

static void worker(void)
{
    meet(2);
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&lock);
        g_x++;
        pthread_mutex_unlock(&lock);
    }
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
