/* P9: volatile under a mutex is as good as plain under a mutex. */
#include "../support/litmus.h"

volatile int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void worker(void)
{
    meet(2);
    pthread_mutex_lock(&lock);
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
