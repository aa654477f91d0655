/* HB: a vector read by one thread while another appends. */
// expect-location: g_numbers
#include "../support/litmus.h"
#include <vector>

std::vector<int> g_numbers;

static void appender()
{
    g_numbers.push_back(1);
    reach(1);
}

static void reader()
{
    await(1);
    use((long)g_numbers.size());
}

int main()
{
    g_numbers.reserve(8);
    litmus_run2(appender, reader);
    return 0;
}
