/* P1: a detached std::thread orders nothing back. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <thread>

int g_x;

int main()
{
    std::thread([] {
        g_x = 1;
        reach(1);
    }).detach();
    await(1);
    use(g_x);
    return 0;
}
