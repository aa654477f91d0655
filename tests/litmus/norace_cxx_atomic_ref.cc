/* P9: std::atomic_ref makes atomic accesses of a plain variable. */
// flags: -std=gnu++20
#include "../support/litmus.h"
#include <atomic>

int g_data;
int g_flag;

static void producer()
{
    g_data = 1;
    std::atomic_ref<int>(g_flag).store(1, std::memory_order_release);
    reach(1);
}

static void consumer()
{
    await(1);
    must(std::atomic_ref<int>(g_flag).load(std::memory_order_acquire) == 1);
    must(g_data == 1);
}

int main()
{
    litmus_run2(producer, consumer);
    return 0;
}
