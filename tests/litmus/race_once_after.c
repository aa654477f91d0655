/* P7: what the runner does after pthread_once is not ordered with later callers. */
// expect-location: g_x
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
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    must(pthread_once(&once, initialise) == 0);
    use(g_x);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
