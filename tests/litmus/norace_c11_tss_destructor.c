/* P1, P7: tss destructors belong to the thread's end, which join orders. */
// tsan: C11 threads are unknown to it; thrd_create ends in a failed check
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static tss_t key;

static void destructor(void *value)
{
    *(int *)value = 1;
}

static int worker(void *arg)
{
    must(tss_set(key, arg) == thrd_success);
    must(tss_get(key) == arg);
    return 0;
}

int main(void)
{
    thrd_t t;
    must(tss_create(&key, destructor) == thrd_success);
    must(thrd_create(&t, worker, &g_x) == thrd_success);
    must(thrd_join(t, NULL) == thrd_success);
    must(g_x == 1);
    return 0;
}
