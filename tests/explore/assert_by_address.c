/* finds: assertion */
#include <stdint.h>
#include <stdlib.h>

#include "threads.h"

/* What the threads do depends on where they find themselves in memory: on heap, stack and code.
 * Replaying takes the same addresses in another process. */
enum { LOCKS = 16 };
static pthread_mutex_t locks[LOCKS];
static atomic_int balance;

static unsigned hash(const void *address)
{
    return (unsigned)((uint64_t)(uintptr_t)address * UINT64_C(0x9e3779b97f4a7c15) >> 60);
}

static void *deposit(void *unused)
{
    char *heap = malloc(100), stack[1];
    assert(heap);
    for (int i = 0; i < 3; i++) {
        unsigned lock = hash(heap + 4096 * i) ^ hash(stack + 64 * i) ^ hash((char *)locks + 64 * i);
        if (lock % 2) {
            pthread_mutex_lock(&locks[lock]);
            pthread_mutex_unlock(&locks[lock]);
        } else {
            atomic_load(&balance);
        }
    }
    int seen = atomic_load(&balance);
    atomic_store(&balance, seen + 1);
    free(heap);
    return unused;
}

int main(void)
{
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&locks[i], NULL);
    start_many(2, deposit);
    join_all();
    assert(atomic_load(&balance) == 2);
    return 0;
}
