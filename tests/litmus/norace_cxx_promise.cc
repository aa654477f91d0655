/* P8: set_value is ordered before the get that returns it. */
#include "../support/litmus.h"
#include <future>
#include <thread>

int g_x;

int main()
{
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread setter([&promise] {
        g_x = 1;
        promise.set_value(42);
    });
    must(future.get() == 42);
    must(g_x == 1);
    setter.join();
    return 0;
}
