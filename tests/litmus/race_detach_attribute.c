/* P1: a thread created detached is ordered after its creation and before nothing. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void *writer(void *arg)
{
    g_x = 1;
    reach(1);
    return arg;
}

int main(void)
{
    pthread_t t;
    pthread_attr_t attr;
    must(pthread_attr_init(&attr) == 0);
    must(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0);
    must(pthread_create(&t, &attr, writer, NULL) == 0);
    must(pthread_attr_destroy(&attr) == 0);
    await(1);
    use(g_x);
    return 0;
}
