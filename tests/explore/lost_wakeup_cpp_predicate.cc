/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include <condition_variable>
#include <mutex>
#include <thread>

/* Waits without asking whether what it waits for has happened. */
int main()
{
    std::mutex m;
    std::condition_variable changed;
    bool done = false;
    std::thread worker([&] {
        std::lock_guard<std::mutex> lock(m);
        done = true;
        changed.notify_one();
    });
    {
        std::unique_lock<std::mutex> lock(m);
#ifdef FIXED
        changed.wait(lock, [&] { return done; });
#else
        changed.wait(lock);
#endif
    }
    worker.join();
}
