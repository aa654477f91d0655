/* P4: notify_one orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <condition_variable>
#include <mutex>

int g_x;
static std::mutex lock;
static std::condition_variable changed;

static void waiter()
{
    {
        std::unique_lock<std::mutex> guard(lock);
        reach(1);
        changed.wait(guard);
    }
    use(g_x);
}

static void notifier()
{
    await(1);
    {
        std::unique_lock<std::mutex> guard(lock);
    }
    g_x = 1;
    changed.notify_one();
}

int main()
{
    litmus_run2(waiter, notifier);
    return 0;
}
