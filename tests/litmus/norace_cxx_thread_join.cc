/* P1: std::thread: creation and join order; arguments are moved to the thread. */
#include "../support/litmus.h"
#include <memory>
#include <string>
#include <thread>

int g_x;

static void worker(std::unique_ptr<int> number, std::string text)
{
    must(g_x == 1 && *number == 7 && text == "a text too long for the small buffer");
    g_x = 2;
}

int main()
{
    g_x = 1;
    std::thread t(worker, std::make_unique<int>(7), "a text too long for the small buffer");
    t.join();
    must(g_x == 2);
    return 0;
}
