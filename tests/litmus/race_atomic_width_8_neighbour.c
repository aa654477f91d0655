/* P8: each byte is an atomic object of its own: acquiring one acquires nothing of the next. */
// expect-location: g_data
// expect-frame: first
// expect-count: 1
#include "../support/litmus.h"
#include <stdint.h>

int g_data;
uint8_t g_flags[2];

static void first(void)
{
    g_data = 1;
    __atomic_store_n(&g_flags[0], 1, __ATOMIC_RELEASE);
    reach(1);
}

static void consumer(void)
{
    await(1);
    use(__atomic_load_n(&g_flags[1], __ATOMIC_ACQUIRE));
    use(g_data);
}

int main(void)
{
    litmus_run2(first, consumer);
    return 0;
}
