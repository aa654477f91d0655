/* P2: a timedlock that times out orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    pthread_mutex_lock(&lock);
    g_x = 1;
    reach(1);
    await(2);
    pthread_mutex_unlock(&lock);
}

static void reader(void)
{
    await(1);
    struct timespec until = deadline(CLOCK_REALTIME, 10);
    must(pthread_mutex_timedlock(&lock, &until) == ETIMEDOUT);
    use(g_x);
    reach(2);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
