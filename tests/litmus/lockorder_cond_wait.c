/* P15: a wait takes its mutex again while an outer one is held, which another thread takes in the other
 * order. */
// expect: lock-order inversion
// expect-location: g_outer
// expect-location: g_inner
#include "../support/litmus.h"
#include <errno.h>

pthread_mutex_t g_outer = PTHREAD_MUTEX_INITIALIZER, g_inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    struct timespec soon = deadline(CLOCK_REALTIME, 1);
    must(pthread_mutex_trylock(&g_inner) == 0);
    pthread_mutex_lock(&g_outer);
    must(pthread_cond_timedwait(&cond, &g_inner, &soon) == ETIMEDOUT);
    pthread_mutex_unlock(&g_outer);
    pthread_mutex_unlock(&g_inner);
    reach(1);
}

static void other(void)
{
    await(1);
    pthread_mutex_lock(&g_inner);
    pthread_mutex_lock(&g_outer);
    pthread_mutex_unlock(&g_outer);
    pthread_mutex_unlock(&g_inner);
}

int main(void)
{
    litmus_run2(waiter, other);
    return 0;
}
