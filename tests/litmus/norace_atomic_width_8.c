/* P8: one-byte atomics order like others; the neighbours in the word are flags of their own. */
#include "../support/litmus.h"
#include <stdint.h>

int g_data[2];
uint8_t g_flags[2];

static void first(void)
{
    g_data[0] = 1;
    __atomic_store_n(&g_flags[0], 1, __ATOMIC_RELEASE);
    reach(1);
}

static void second(void)
{
    await(1);
    g_data[1] = 1;
    __atomic_store_n(&g_flags[1], 1, __ATOMIC_RELEASE);
    reach(2);
}

static void consumer(void)
{
    await(2);
    must(__atomic_load_n(&g_flags[0], __ATOMIC_ACQUIRE) == 1 && g_data[0] == 1);
    must(__atomic_load_n(&g_flags[1], __ATOMIC_ACQUIRE) == 1 && g_data[1] == 1);
}

int main(void)
{
    litmus_run3(first, second, consumer);
    return 0;
}
