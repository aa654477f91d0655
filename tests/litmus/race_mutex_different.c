/* P2: two mutexes order nothing between them. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t left_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right_lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    pthread_mutex_lock(&left_lock);
    g_x = 1;
    pthread_mutex_unlock(&left_lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    pthread_mutex_lock(&right_lock);
    use(g_x);
    pthread_mutex_unlock(&right_lock);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
