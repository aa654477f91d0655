/* P2: a trylock that answers EBUSY orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    g_x = 1;
    reach(1);
    await(2);
    pthread_mutex_unlock(&lock);
}

static void reader(void)
{
    await(1);
    must(pthread_mutex_trylock(&lock) == EBUSY);
    use(g_x);
    reach(2);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
