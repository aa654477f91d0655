/* P1: after thrd_create the creator is not ordered with the thread. */
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
    await(1);
    return g_x;
}

int main(void)
{
    thrd_t t;
    must(thrd_create(&t, worker, NULL) == thrd_success);
    g_x = 1;
    reach(1);
    must(thrd_join(t, NULL) == thrd_success);
    return 0;
}
