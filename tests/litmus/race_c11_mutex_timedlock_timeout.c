/* P2: mtx_timedlock that answers thrd_timedout orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static mtx_t lock;

static void writer(void)
{
    must(mtx_lock(&lock) == thrd_success);
    g_x = 1;
    reach(1);
    await(2);
    must(mtx_unlock(&lock) == thrd_success);
}

static void reader(void)
{
    await(1);
    struct timespec until = deadline(CLOCK_REALTIME, 10);
    must(mtx_timedlock(&lock, &until) == thrd_timedout);
    use(g_x);
    reach(2);
}

int main(void)
{
    must(mtx_init(&lock, mtx_timed) == thrd_success);
    litmus_run2(writer, reader);
    return 0;
}
