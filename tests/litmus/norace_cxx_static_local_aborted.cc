/* P7: a construction that throws hands the guard over: it is ordered before the next attempt. */
// tsan: gcc 12: a construction that throws orders nothing
#include "../support/litmus.h"

int g_attempts;

struct object {
    object()
    {
        if (++g_attempts == 1)
            throw 1;
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
    reach(1);
}

static void second()
{
    await(1);
    must(attempt() && g_attempts == 2);
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
