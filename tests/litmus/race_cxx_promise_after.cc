/* P8: what follows set_value is not ordered with get. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <future>
#include <thread>

int g_x;

int main()
{
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread setter([&promise] {
        promise.set_value(42);
        g_x = 1;
        reach(1);
        await(2);
    });
    must(future.get() == 42);
    await(1);
    use(g_x);
    reach(2);
    setter.join();
    return 0;
}
