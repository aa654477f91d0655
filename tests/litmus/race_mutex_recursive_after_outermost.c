/* P2: after the outermost unlock a recursive mutex protects nothing. */
// expect-location: g_x
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void writer(void)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&lock);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
    use(g_x);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
