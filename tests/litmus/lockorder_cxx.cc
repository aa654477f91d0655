/* P15: std::mutex in opposite orders; std::scoped_lock avoids that. */
// expect: lock-order inversion
// expect-location: g_a
// expect-count: 1
#include "../support/litmus.h"
#include <mutex>

std::mutex g_a, g_b;
static std::mutex c, d;

static void first()
{
    std::lock_guard<std::mutex> outer(g_a);
    std::lock_guard<std::mutex> inner(g_b);
    std::scoped_lock both(c, d);
    reach(1);
}

static void second()
{
    await(1);
    {
        std::scoped_lock both(d, c);
    }
    std::lock_guard<std::mutex> outer(g_b);
    std::lock_guard<std::mutex> inner(g_a);
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
