/* P2: a unique_lock that was unlocked before the access. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <mutex>

int g_x;
static std::mutex lock;

static void writer()
{
    std::unique_lock<std::mutex> guard(lock);
    guard.unlock();
    g_x = 1;
    reach(1);
}

static void reader()
{
    await(1);
    std::unique_lock<std::mutex> guard(lock);
    use(g_x);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
