/* P14: a mutex is unlocked that nobody holds. In a loop it is told once. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-count: 1
#include "../support/litmus.h"

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

int main(void)
{
    for (int i = 0; i < 10; i++) {
        pthread_mutex_lock(&g_lock);
        pthread_mutex_unlock(&g_lock);
        pthread_mutex_unlock(&g_lock);
        pthread_mutex_init(&g_lock, NULL);
    }
    return 0;
}
