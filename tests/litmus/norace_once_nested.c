/* P7: a once routine calls pthread_once on another control. */
#include "../support/litmus.h"

int g_inner;
int g_outer;
static pthread_once_t inner_once = PTHREAD_ONCE_INIT;
static pthread_once_t outer_once = PTHREAD_ONCE_INIT;

static void inner(void)
{
    g_inner = 1;
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

static void by_outer(void)
{
    await(1);
    must(pthread_once(&outer_once, outer) == 0);
    must(g_outer == 1 && g_inner == 1);
}

static void by_inner(void)
{
    await(1);
    must(pthread_once(&inner_once, inner) == 0);
    must(g_inner == 1);
}

int main(void)
{
    litmus_run3(first, by_outer, by_inner);
    return 0;
}
