/* P4: std::condition_variable_any on a shared_mutex. */
#include "../support/litmus.h"
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

bool g_ready;
static std::shared_mutex lock;
static std::condition_variable_any changed;

static void consumer()
{
    std::unique_lock<std::shared_mutex> guard(lock);
    reach(1);
    changed.wait(guard, [] { return g_ready; });
}

static void producer()
{
    await(1);
    {
        std::unique_lock<std::shared_mutex> guard(lock);
        g_ready = true;
    }
    changed.notify_all();
}

int main()
{
    litmus_run2(consumer, producer);
    return 0;
}
