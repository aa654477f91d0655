/* P1: pthread_cancel returns before the thread has ended and orders nothing back. */
// expect-location: g_x
// expect-frame: cleanup
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

int g_x;

static void cleanup(void *arg)
{
    (void)arg;
    g_x = 1;
    reach(2);
}

static void sleeper(void)
{
    pthread_cleanup_push(cleanup, NULL);
    reach(1);
    for (;;)
        pause();
    pthread_cleanup_pop(0);
}

int main(void)
{
    pthread_t t = spawn(sleeper);
    await(1);
    must(pthread_cancel(t) == 0);
    await(2);
    use(g_x);
    join(t);
    return 0;
}
