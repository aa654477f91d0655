/* finds: assertion */
#include <semaphore.h>

#include "threads.h"

/* The first reader locks the writer out, the last lets it in. Counting and locking have to be one
 * step: here a second reader passes while the first still waits for the writer. */
static sem_t room;
#ifdef FIXED
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
#endif
static atomic_int readers, writing;

static void *read_it(void *unused)
{
#ifdef FIXED
    pthread_mutex_lock(&m);
#endif
    if (atomic_fetch_add(&readers, 1) == 0)
        sem_wait(&room);
#ifdef FIXED
    pthread_mutex_unlock(&m);
#endif
    assert(!atomic_load(&writing));
#ifdef FIXED
    pthread_mutex_lock(&m);
#endif
    if (atomic_fetch_sub(&readers, 1) == 1)
        sem_post(&room);
#ifdef FIXED
    pthread_mutex_unlock(&m);
#endif
    return unused;
}

static void *write_it(void *unused)
{
    sem_wait(&room);
    atomic_store(&writing, 1);
    atomic_store(&writing, 0);
    sem_post(&room);
    return unused;
}

int main(void)
{
    sem_init(&room, 0, 1);
    start_many(2, read_it);
    start(write_it);
    join_all();
    return 0;
}
