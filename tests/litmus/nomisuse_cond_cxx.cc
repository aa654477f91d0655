/* P14: std::condition_variable destroys its object and makes the next one without a call. */
#include "../support/litmus.h"
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

static void round_trip()
{
    std::mutex mutex;
    std::condition_variable cond;
    std::shared_mutex shared;
    std::recursive_mutex recursive;
    bool ready = false;
    std::thread thread([&] {
        std::scoped_lock both(recursive, shared);
        std::lock_guard<std::mutex> guard(mutex);
        ready = true;
        cond.notify_one();
    });
    {
        std::unique_lock<std::mutex> guard(mutex);
        cond.wait(guard, [&] { return ready; });
    }
    thread.join();
}

int main()
{
    for (int i = 0; i < 20; i++)
        round_trip();
    return 0;
}
