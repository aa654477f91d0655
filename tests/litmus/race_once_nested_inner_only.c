/* P7: the inner control is done before the outer routine goes on. */
// expect-location: g_outer
// expect-frame: outer
// expect-count: 1
#include "../support/litmus.h"

int g_outer;
static pthread_once_t inner_once = PTHREAD_ONCE_INIT;
static pthread_once_t outer_once = PTHREAD_ONCE_INIT;

static void inner(void)
{
}

static void outer(void)
{
    must(pthread_once(&inner_once, inner) == 0);
    g_outer = 1;
}

static void first(void)
{
    must(pthread_once(&outer_once, outer) == 0);
    reach(1);
}

static void by_inner(void)
{
    await(1);
    must(pthread_once(&inner_once, inner) == 0);
    use(g_outer);
}

int main(void)
{
    litmus_run2(first, by_inner);
    return 0;
}
