/* finds: assertion */
#include "threads.h"

/* A cache: what is not there is made under the write lock; somebody else may have made it between
 * the two locks. */
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int entry, made;

static void *lookup(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    int found = entry;
    pthread_rwlock_unlock(&lock);
    if (found)
        return unused;
    pthread_rwlock_wrlock(&lock);
#ifdef FIXED
    if (!entry)
#endif
        made++;
    entry = 1;
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void)
{
    start_many(3, lookup); /* two that make it are only waste, three are too many */
    join_all();
    assert(made < 3);
    return 0;
}
