/* P1: thrd_create and thrd_join order as pthread_create and pthread_join do. */
// tsan: C11 threads are unknown to it; thrd_create ends in a failed check
#include "../support/litmus.h"
#include <threads.h>

int g_x;

static int worker(void *arg)
{
    g_x++;
    return *(int *)arg;
}

int main(void)
{
    thrd_t t;
    int result;
    int seed = 5;
    g_x = 1;
    must(thrd_create(&t, worker, &seed) == thrd_success);
    must(thrd_join(t, &result) == thrd_success);
    must(result == 5 && g_x == 2);
    return 0;
}
