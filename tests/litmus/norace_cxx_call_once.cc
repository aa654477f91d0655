/* P7: std::call_once: the function's end is ordered before every return. */
#include "../support/litmus.h"
#include <mutex>

int g_x;
static std::once_flag once;

static void first()
{
    std::call_once(once, [] { g_x = 1; });
    reach(1);
}

static void second()
{
    await(1);
    std::call_once(once, [] { g_x = 2; });
    must(g_x == 1);
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
