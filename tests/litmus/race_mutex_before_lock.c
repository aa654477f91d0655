/* P2: an access before the lock is not protected by it. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    pthread_mutex_lock(&lock);
    g_x = 1;
    pthread_mutex_unlock(&lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
    pthread_mutex_lock(&lock);
    use(g_x);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
