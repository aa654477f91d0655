/* P7: what follows std::call_once is not ordered with later callers. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <mutex>

int g_x;
static std::once_flag once;

static void first()
{
    std::call_once(once, [] {});
    g_x = 1;
    reach(1);
}

static void second()
{
    await(1);
    std::call_once(once, [] {});
    use(g_x);
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
