/* P4: a wait that times out has reacquired its mutex: it is ordered after the critical section
 * that ran meanwhile. */
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    g_x = 1;
    reach(1);
    while (!reached(2)) {
        struct timespec until = deadline(CLOCK_REALTIME, 5);
        use(pthread_cond_timedwait(&never, &lock, &until));
    }
    g_x++;
    pthread_mutex_unlock(&lock);
}

static void visitor(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    g_x++;
    reach(2);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(waiter, visitor);
    return 0;
}
