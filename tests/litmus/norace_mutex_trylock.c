/* P2: a successful trylock is a lock. */
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    must(pthread_mutex_trylock(&lock) == 0);
    g_x = 1;
    pthread_mutex_unlock(&lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(pthread_mutex_trylock(&lock) == 0);
    must(g_x == 1);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
