/* P2: an unlock publishes what came before it, not what comes after. */
// expect-location: g_late
// expect-count: 1
#include "../support/litmus.h"

int g_early;
int g_late;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    pthread_mutex_lock(&lock);
    g_early = 1;
    pthread_mutex_unlock(&lock);
    g_late = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    use(g_early);
    use(g_late);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
