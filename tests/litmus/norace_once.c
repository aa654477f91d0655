/* P7: the routine's end is ordered before every return of pthread_once. */
#include "../support/litmus.h"

int g_x;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void)
{
    g_x = 1;
}

static void first(void)
{
    must(pthread_once(&once, initialise) == 0);
    reach(1);
}

static void second(void)
{
    await(1);
    must(pthread_once(&once, initialise) == 0);
    must(g_x == 1);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
