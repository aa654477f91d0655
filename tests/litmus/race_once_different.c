/* P7: two once controls order nothing between them. */
// expect-location: g_x
// expect-frame: set
#include "../support/litmus.h"

int g_x;
static pthread_once_t once[2] = {PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT};

static void set(void)
{
    g_x = 1;
}

static void first(void)
{
    must(pthread_once(&once[0], set) == 0);
    reach(1);
}

static void second(void)
{
    await(1);
    must(pthread_once(&once[1], set) == 0);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
