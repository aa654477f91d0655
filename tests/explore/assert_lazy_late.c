/* finds: assertion */
#include "threads.h"

/* One that looked for the singleton at once makes it only after another, who came late, has. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static atomic_int made;
static int count;

static void make(void)
{
    pthread_mutex_lock(&m);
#ifdef FIXED
    if (!atomic_load(&made))
#endif
        count++;
    atomic_store(&made, 1);
    pthread_mutex_unlock(&m);
}

static void *early(void *unused)
{
    if (!atomic_load(&made))
        make();
    return unused;
}

static void *late(void *unused)
{
    work_for(12);
    return early(unused);
}

int main(void)
{
    start(early);
    start(late);
    join_all();
    assert(count == 1);
    return 0;
}
