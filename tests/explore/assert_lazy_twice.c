/* finds: assertion */
#include "threads.h"

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static atomic_int made;
static int count;

/* The flag is looked at outside the lock, and not again inside. */
static void *use(void *unused)
{
    if (!atomic_load(&made)) {
        pthread_mutex_lock(&m);
#ifdef FIXED
        if (!atomic_load(&made))
#endif
            count++;
        atomic_store(&made, 1);
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void)
{
    start_many(2, use);
    join_all();
    assert(count == 1);
    return 0;
}
