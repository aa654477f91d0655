/* P8: std::atomic with its default order, a flag and a counter. */
#include "../support/litmus.h"
#include <atomic>

int g_data;
static std::atomic<bool> ready;
static std::atomic<int> counter;

static void producer()
{
    g_data = 1;
    ++counter;
    ready = true;
    reach(1);
}

static void consumer()
{
    await(1);
    must(ready);
    must(g_data == 1);
    counter += 2;
}

int main()
{
    litmus_run2(producer, consumer);
    must(counter == 3);
    return 0;
}
