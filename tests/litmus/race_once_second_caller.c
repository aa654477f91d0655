/* P7: a caller that found the work done publishes nothing to the next caller. */
// expect-location: g_x
// expect-frame: second
// expect-frame: third
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void)
{
}

static void first(void)
{
    must(pthread_once(&once, initialise) == 0);
    reach(1);
}

static void second(void)
{
    await(1);
    g_x = 1;
    must(pthread_once(&once, initialise) == 0);
    reach(2);
}

static void third(void)
{
    await(2);
    must(pthread_once(&once, initialise) == 0);
    use(g_x);
}

int main(void)
{
    litmus_run3(first, second, third);
    return 0;
}
