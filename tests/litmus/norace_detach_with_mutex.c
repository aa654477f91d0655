/* P1, P2: a detached thread synchronises by other means. */
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

int main(void)
{
    spawn_detached(writer);
    await(1);
    pthread_mutex_lock(&lock);
    must(g_x == 1);
    pthread_mutex_unlock(&lock);
    return 0;
}
