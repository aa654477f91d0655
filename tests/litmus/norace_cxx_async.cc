/* P1, P8: std::async and its future: the function's end is ordered before get. */
#include "../support/litmus.h"
#include <future>

int g_x;

static int work(int n)
{
    must(g_x == 1);
    g_x = 2;
    return n + 1;
}

int main()
{
    g_x = 1;
    std::future<int> result = std::async(std::launch::async, work, 41);
    must(result.get() == 42);
    must(g_x == 2);
    return 0;
}
