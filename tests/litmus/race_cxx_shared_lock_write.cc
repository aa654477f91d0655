/* P3: a write under a std::shared_lock. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <shared_mutex>

int g_x;
static std::shared_mutex lock;

static void writer()
{
    std::shared_lock<std::shared_mutex> guard(lock);
    g_x = 1;
    reach(1);
}

static void reader()
{
    await(1);
    std::shared_lock<std::shared_mutex> guard(lock);
    use(g_x);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
