/* A thread waits for a signal that nobody sends any more. */
// expect: lost wake-up
// expect-location: g_cond
// expect-frame: waiter
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"

pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    pthread_cond_wait(&g_cond, &lock);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    pthread_cond_signal(&g_cond);
    join(spawn(waiter));
    return 0;
}
