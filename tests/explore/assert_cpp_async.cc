/* finds: assertion */
#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>

/* Gives up after a while, and takes a time-out for "no": the answer may be there. */
int main()
{
    std::mutex m;
    std::condition_variable changed;
    bool answered = false;
    auto task = std::async(std::launch::async, [&] {
        std::lock_guard<std::mutex> lock(m);
        answered = true;
        changed.notify_one();
    });
    {
        std::unique_lock<std::mutex> lock(m);
#ifdef FIXED
        changed.wait_for(lock, std::chrono::seconds(1), [&] { return answered; });
#else
        while (!answered)
            if (changed.wait_for(lock, std::chrono::seconds(1)) == std::cv_status::timeout) {
                assert(!answered);
                break;
            }
#endif
    }
    task.get();
}
