/* The only thread waits for itself: misuse, and the end of the run. */
// expect: misuse (mutex)
// expect: deadlock
// expect-location: g_lock
#include "../support/litmus.h"

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

int main(void)
{
    pthread_mutex_lock(&g_lock);
    pthread_mutex_lock(&g_lock);
    return 0;
}
