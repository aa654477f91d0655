/* P12: condition variables in freed memory are signalled, broadcast to and waited at; the report
 * has the initialising call, too. */
// expect: heap use-after-free
// expect-frame: signals
// expect-frame: broadcasts
// expect-frame: waits
// expect-frame: make
// expect-frame: end
// expect-count: 3
#include "../support/litmus.h"
#include <stdlib.h>

pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;

static NOINLINE pthread_cond_t *make(void)
{
    pthread_cond_t *cond = malloc(sizeof *cond);
    must(cond && pthread_cond_init(cond, NULL) == 0);
    return cond;
}

static NOINLINE pthread_cond_t *end(pthread_cond_t *cond)
{
    free(launder(cond));
    return launder(cond);
}

static NOINLINE void signals(void)
{
    pthread_cond_signal(end(make()));
}

static NOINLINE void broadcasts(void)
{
    pthread_cond_broadcast(end(make()));
}

static NOINLINE void waits(void)
{
    struct timespec at = deadline(CLOCK_REALTIME, 1);
    pthread_cond_t *cond = end(make());
    must(pthread_mutex_lock(&g_mutex) == 0);
    pthread_cond_timedwait(cond, &g_mutex, &at);
    must(pthread_mutex_unlock(&g_mutex) == 0);
}

int main(void)
{
    signals();
    broadcasts();
    waits();
    return 0;
}
