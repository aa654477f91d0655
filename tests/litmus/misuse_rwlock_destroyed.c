/* P14: a read-write lock is taken after it was destroyed. */
// expect: misuse (rwlock)
// expect-location: g_lock
// expect-frame: main
#include "../support/litmus.h"

pthread_rwlock_t g_lock;

int main(void)
{
    must(pthread_rwlock_init(&g_lock, NULL) == 0);
    must(pthread_rwlock_destroy(&g_lock) == 0);
    pthread_rwlock_rdlock(&g_lock);
    pthread_rwlock_unlock(&g_lock);
    return 0;
}
