/* P2: the reader's critical section came first, so the mutex orders the wrong way round. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void reader(void)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    reach(1);
    await(2);
    use(g_x);
}

static void writer(void)
{
    await(1);
    g_x = 1;
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    reach(2);
}

int main(void)
{
    litmus_run2(reader, writer);
    return 0;
}
