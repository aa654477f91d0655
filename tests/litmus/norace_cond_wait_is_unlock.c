/* P4: entering the wait is an unlock: what the waiter did before is ordered before the
 * signaller's lock. */
#include "../support/litmus.h"

int g_ready;
int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    g_x = 1;
    reach(1);
    while (!g_ready)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void signaller(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    must(g_x == 1);
    g_ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(waiter, signaller);
    return 0;
}
