/* P7: what follows a construction that threw is not ordered before the next attempt. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_attempts, g_x;

struct object {
    object()
    {
        if (++g_attempts == 1)
            throw 1;
        use(g_x);
    }
};

static NOINLINE bool attempt()
{
    try {
        static object the_object;
        return true;
    } catch (int) {
        return false;
    }
}

static void first()
{
    must(!attempt());
    g_x = 1;
    reach(1);
}

static void second()
{
    await(1);
    must(attempt());
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
