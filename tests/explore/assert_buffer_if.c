/* finds: assertion; options: --spurious=0 */
#include "threads.h"

/* One of two consumers is woken, the other comes first. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int count;

static void *consume(void *unused)
{
    pthread_mutex_lock(&m);
#ifdef FIXED
    while (count == 0)
#else
    if (count == 0)
#endif
        pthread_cond_wait(&filled, &m);
    assert(count > 0);
    count--;
    pthread_mutex_unlock(&m);
    return unused;
}

static void *produce(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&m);
        count++;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void)
{
    start_many(2, consume);
    start(produce);
    join_all();
    return 0;
}
