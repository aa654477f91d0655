/* P2: a priority-inheriting mutex is a mutex. */
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock;

static void worker(void)
{
    meet(2);
    for (int i = 0; i < 100; i++) {
        must(pthread_mutex_lock(&lock) == 0);
        g_x++;
        must(pthread_mutex_unlock(&lock) == 0);
    }
}

int main(void)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr) == 0);
    must(pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT) == 0);
    must(pthread_mutex_init(&lock, &attr) == 0);
    litmus_run2(worker, worker);
    must(pthread_mutex_destroy(&lock) == 0);
    return 0;
}
