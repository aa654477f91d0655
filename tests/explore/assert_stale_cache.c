/* finds: assertion */
#include "threads.h"

/* A reader fills a cache from the store; a writer changes the store and throws away what is cached,
 * eight times. What the reader found before all that is put there after it. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
enum { WRITES = 8 };
static int stored, cached = -1, version;

static void *look(void *unused)
{
    pthread_mutex_lock(&m);
    int seen = stored, seen_version = version;
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&m);
#ifdef FIXED
    if (seen_version == version)
#endif
        cached = seen;
    (void)seen_version;
    pthread_mutex_unlock(&m);
    return unused;
}

static void *change(void *unused)
{
    for (int i = 1; i <= WRITES; i++) {
        pthread_mutex_lock(&m);
        stored = i;
        version++;
        pthread_mutex_unlock(&m);
        pthread_mutex_lock(&m);
        cached = -1;
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void)
{
    start(look);
    start(change);
    join_all();
    assert(cached != 0);
    return 0;
}
