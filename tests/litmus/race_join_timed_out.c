/* P1: pthread_timedjoin_np that times out orders nothing. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
    await(2);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    struct timespec until = deadline(CLOCK_REALTIME, 10);
    must(pthread_timedjoin_np(t, NULL, &until) == ETIMEDOUT);
    use(g_x);
    reach(2);
    join(t);
    return 0;
}
