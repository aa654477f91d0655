/* P2: destroy and init make a new mutex; it remembers no unlock of the old one. */
// expect-location: g_x
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    g_x = 1;
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    must(pthread_mutex_destroy(&lock) == 0);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(pthread_mutex_init(&lock, NULL) == 0);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
