/* P7: the guard of a function-local static: construction is ordered before every later use. */
#include "../support/litmus.h"

struct object {
    int value;
    explicit object(int v) : value(v)
    {
    }
};
int g_seed = 41;

static NOINLINE object &instance()
{
    static object the_object(g_seed + 1);
    return the_object;
}

static void first()
{
    must(instance().value == 42);
    reach(1);
}

static void second()
{
    await(1);
    must(instance().value == 42);
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
