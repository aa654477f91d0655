/* P8: two-byte atomics, read-modify-writes of all kinds. */
#include "../support/litmus.h"
#include <stdint.h>

int g_data;
uint16_t g_flag;

static void producer(void)
{
    g_data = 1;
    __atomic_or_fetch(&g_flag, 0x10, __ATOMIC_RELEASE);
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(__atomic_fetch_and(&g_flag, 0x0f, __ATOMIC_ACQUIRE) == 0x10);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
