/* P1: a thread that libstdc++ creates for an inlined constructor: the report names who asked. */
// expect-location: g_x
// expect-frame: start_the_pair
// expect-count: 1
#include "../support/litmus.h"
#include <thread>

int g_x;

static void first()
{
    g_x = 1;
    reach(1);
}

static void second()
{
    await(1);
    use(g_x);
}

NOINLINE void start_the_pair()
{
    std::thread a(first), b(second);
    a.join();
    b.join();
}

int main()
{
    start_the_pair();
    return 0;
}
