/* G25: pthread mutexes order goroutines, too, which keep their thread meanwhile. */
#include "golitmus.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int g_x;

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        pthread_mutex_lock(&lock);
        g_x++;
        pthread_mutex_unlock(&lock);
        go_yield();
    }
}

int main(void)
{
    run3(worker, worker, worker);
    must(g_x == 60);
    return 0;
}
