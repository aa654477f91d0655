/* P1: pthread_exit deep inside a call is the thread's end. */
#include "../support/litmus.h"

int g_x;

static NOINLINE void leave(int depth)
{
    if (depth < 0)
        return;
    if (depth > 0)
        leave(depth - 1);
    g_x = 1;
    pthread_exit(&g_x);
}

static void *worker(void *arg)
{
    leave(5);
    return arg;
}

int main(void)
{
    pthread_t t;
    void *result;
    must(pthread_create(&t, NULL, worker, NULL) == 0);
    must(pthread_join(t, &result) == 0);
    must(result == &g_x && g_x == 1);
    return 0;
}
