/* P1: thrd_exit is the thread's end. */
// tsan: C11 threads are unknown to it; thrd_create ends in a failed check
#include "../support/litmus.h"
#include <threads.h>

int g_x;

static int worker(void *arg)
{
    g_x = *(int *)arg;
    thrd_exit(3);
}

int main(void)
{
    thrd_t t;
    int result;
    int seed = 5;
    must(thrd_create(&t, worker, &seed) == thrd_success);
    must(thrd_join(t, &result) == thrd_success);
    must(result == 3 && g_x == 5);
    return 0;
}
