/* P2: unlock is ordered before the next lock; the data was written before, unlocked. */
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    g_x = 1;
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    must(g_x == 1);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
