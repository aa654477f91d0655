/* P1: two std::threads, one variable. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <thread>

int g_x;

int main()
{
    std::thread writer([] {
        g_x = 1;
        reach(1);
    });
    std::thread reader([] {
        await(1);
        use(g_x);
    });
    writer.join();
    reader.join();
    return 0;
}
