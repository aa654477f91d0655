/* P4: std::condition_variable with a predicate, and wait_for that times out. */
#include "../support/litmus.h"
#include <chrono>
#include <condition_variable>
#include <mutex>

int g_data;
bool g_ready;
static std::mutex lock;
static std::condition_variable changed;

static void consumer()
{
    std::unique_lock<std::mutex> guard(lock);
    reach(1);
    changed.wait(guard, [] { return g_ready; });
    must(g_data >= 1);
    while (changed.wait_for(guard, std::chrono::milliseconds(2)) != std::cv_status::timeout)
        continue;
    g_data++;
}

static void producer()
{
    await(1);
    g_data = 1;
    {
        std::lock_guard<std::mutex> guard(lock);
        g_ready = true;
    }
    changed.notify_one();
    std::lock_guard<std::mutex> guard(lock);
    g_data++;
}

int main()
{
    litmus_run2(consumer, producer);
    return 0;
}
