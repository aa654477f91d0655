/* P2: the lock is handed to a thread that waits for it. */
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void worker(void)
{
    meet(3);
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&lock);
        g_x++;
        pthread_mutex_unlock(&lock);
    }
}

int main(void)
{
    litmus_run3(worker, worker, worker);
    must(g_x == 3000);
    return 0;
}
