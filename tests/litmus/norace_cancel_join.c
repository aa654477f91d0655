/* P1: a cancelled thread's cleanup handlers run in it and are ordered before join. */
#include "../support/litmus.h"
#include <unistd.h>

int g_x;
int g_cleaned;

static void cleanup(void *arg)
{
    g_cleaned = *(int *)arg;
}

static void sleeper(void)
{
    pthread_cleanup_push(cleanup, &g_x);
    g_x = 1;
    reach(1);
    for (;;)
        pause();
    pthread_cleanup_pop(0);
}

int main(void)
{
    void *result;
    pthread_t t = spawn(sleeper);
    await(1);
    must(pthread_cancel(t) == 0);
    must(pthread_join(t, &result) == 0);
    must(result == PTHREAD_CANCELED);
    must(g_cleaned == 1);
    return 0;
}
