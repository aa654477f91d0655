/* P4: a cancelled wait has reacquired the mutex before the cleanup handler runs. */
#include "../support/litmus.h"

int g_x;
static pthread_t g_waiter;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void unlock(void *arg)
{
    g_x++;
    pthread_mutex_unlock((pthread_mutex_t *)arg);
}

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlock, &lock);
    g_x++;
    reach(1);
    for (;;)
        pthread_cond_wait(&never, &lock);
    pthread_cleanup_pop(0);
}

static void canceller(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    g_x++;
    must(pthread_cancel(g_waiter) == 0);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    g_waiter = spawn(waiter);
    join(spawn(canceller));
    join(g_waiter);
    return 0;
}
