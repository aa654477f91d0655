/* P14: an rwlock may be read-locked twice, and is free for its destruction after as many unlocks. */
#include "../support/litmus.h"

static pthread_rwlock_t lock;

int main(void)
{
    for (int i = 0; i < 3; i++) {
        must(pthread_rwlock_init(&lock, NULL) == 0);
        must(pthread_rwlock_rdlock(&lock) == 0);
        must(pthread_rwlock_tryrdlock(&lock) == 0);
        must(pthread_rwlock_unlock(&lock) == 0);
        must(pthread_rwlock_unlock(&lock) == 0);
        must(pthread_rwlock_wrlock(&lock) == 0);
        must(pthread_rwlock_unlock(&lock) == 0);
        must(pthread_rwlock_destroy(&lock) == 0);
    }
    return 0;
}
