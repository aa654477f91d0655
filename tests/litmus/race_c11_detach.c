/* P1: thrd_detach gives nothing. */
// expect-location: g_x
// expect-frame: worker
// expect-count: 1
// tsan: C11 threads are unknown to it; thrd_create ends in a failed check
#include "../support/litmus.h"
#include <threads.h>

int g_x;

static int worker(void *arg)
{
    (void)arg;
    g_x = 1;
    reach(1);
    return 0;
}

int main(void)
{
    thrd_t t;
    must(thrd_create(&t, worker, NULL) == thrd_success);
    must(thrd_detach(t) == thrd_success);
    await(1);
    use(g_x);
    return 0;
}
