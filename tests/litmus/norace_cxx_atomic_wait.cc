/* P8: atomic wait and notify: the load inside wait orders, the notification need not. */
// flags: -std=gnu++20
#include "../support/litmus.h"
#include <atomic>

int g_data;
static std::atomic<int> flag;

static void producer()
{
    g_data = 1;
    flag.store(1, std::memory_order_release);
    flag.notify_one();
}

static void consumer()
{
    flag.wait(0, std::memory_order_acquire);
    must(g_data == 1);
}

int main()
{
    litmus_run2(consumer, producer);
    return 0;
}
