/* P7: a caller that has to wait for the running routine is ordered after its end. */
#include "../support/litmus.h"

int g_x;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void)
{
    reach(1);
    await(2);
    for (int i = 0; i < 20; i++)
        invisible_yield();
    g_x = 1;
}

static void first(void)
{
    must(pthread_once(&once, initialise) == 0);
}

static void later(void)
{
    await(1);
    reach(2);
    must(pthread_once(&once, initialise) == 0);
    must(g_x == 1);
}

int main(void)
{
    litmus_run2(first, later);
    return 0;
}
