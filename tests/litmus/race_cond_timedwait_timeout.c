/* P4: a wait that times out is ordered after the critical sections that ran meanwhile, and
 * after nothing else. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    reach(1);
    while (!reached(2)) {
        struct timespec until = deadline(CLOCK_REALTIME, 5);
        use(pthread_cond_timedwait(&never, &lock, &until));
    }
    use(g_x);
    pthread_mutex_unlock(&lock);
}

static void visitor(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    g_x = 1;
    reach(2);
}

int main(void)
{
    litmus_run2(waiter, visitor);
    return 0;
}
