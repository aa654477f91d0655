/* P7: a tss destructor of a detached thread races with the rest of the world. */
// expect-location: g_x
// expect-frame: destructor
// expect-count: 1
// tsan: C11 threads are unknown to it; thrd_create ends in a failed check
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static tss_t key;

static void destructor(void *value)
{
    *(int *)value = 1;
    reach(1);
}

static int worker(void *arg)
{
    must(tss_set(key, arg) == thrd_success);
    return 0;
}

int main(void)
{
    thrd_t t;
    must(tss_create(&key, destructor) == thrd_success);
    must(thrd_create(&t, worker, &g_x) == thrd_success);
    must(thrd_detach(t) == thrd_success);
    await(1);
    use(g_x);
    return 0;
}
