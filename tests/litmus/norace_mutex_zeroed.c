/* P2: a mutex in zeroed memory was never initialised by a call and works. */
#include "../support/litmus.h"

int g_x;
struct {
    long padding;
    pthread_mutex_t lock;
} g_object;

static void worker(void)
{
    meet(2);
    pthread_mutex_lock(&g_object.lock);
    g_x++;
    pthread_mutex_unlock(&g_object.lock);
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
