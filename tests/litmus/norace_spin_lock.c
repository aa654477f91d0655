/* P2: a spinlock hands over like a mutex. */
#include "../support/litmus.h"

int g_x;
static pthread_spinlock_t lock;

static void worker(void)
{
    meet(2);
    for (int i = 0; i < 100; i++) {
        pthread_spin_lock(&lock);
        g_x++;
        pthread_spin_unlock(&lock);
    }
}

int main(void)
{
    must(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run2(worker, worker);
    must(pthread_spin_destroy(&lock) == 0);
    return 0;
}
