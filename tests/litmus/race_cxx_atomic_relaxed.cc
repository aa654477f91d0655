/* P8: a relaxed std::atomic flag orders nothing. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <atomic>

int g_data;
static std::atomic<bool> ready;

static void producer()
{
    g_data = 1;
    ready.store(true, std::memory_order_relaxed);
    reach(1);
}

static void consumer()
{
    await(1);
    must(ready.load(std::memory_order_relaxed));
    use(g_data);
}

int main()
{
    litmus_run2(producer, consumer);
    return 0;
}
