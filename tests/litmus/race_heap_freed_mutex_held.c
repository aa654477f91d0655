/* P12: a mutex is unlocked after the block that it is in was freed; so are a spinlock and an
 * rwlock. */
// expect: heap use-after-free
// expect-frame: mutex
// expect-frame: spinlock
// expect-frame: rwlock
// expect-count: 3
#include "../support/litmus.h"

#include <stdlib.h>

NOINLINE void mutex(void)
{
    pthread_mutex_t *lock = calloc(1, sizeof *lock);
    pthread_mutex_lock(lock);
    free(launder(lock));
    pthread_mutex_unlock(launder(lock));
}

NOINLINE void spinlock(void)
{
    pthread_spinlock_t *lock = malloc(sizeof *lock);
    pthread_spin_init(lock, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(lock);
    free(launder((void *)lock));
    pthread_spin_unlock(launder((void *)lock));
}

NOINLINE void rwlock(void)
{
    pthread_rwlock_t *lock = calloc(1, sizeof *lock);
    pthread_rwlock_init(lock, NULL);
    pthread_rwlock_destroy(lock);
    pthread_rwlock_init(lock, NULL);
    pthread_rwlock_rdlock(lock);
    free(launder(lock));
    pthread_rwlock_unlock(launder(lock));
}

int main(void)
{
    mutex();
    spinlock();
    rwlock();
    return 0;
}
