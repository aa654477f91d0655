/* finds: assertion */
#include <atomic>
#include <cassert>
#include <future>
#include <thread>

/* The promise is kept before the second result is there. */
int main()
{
    std::promise<int> promise;
    std::atomic<int> second{0};
    auto future = promise.get_future();
    std::thread worker([&] {
#ifdef FIXED
        second = 2;
        promise.set_value(1);
#else
        promise.set_value(1);
        second = 2;
#endif
    });
    int first = future.get();
    assert(first + second == 3);
    worker.join();
}
