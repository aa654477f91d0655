/* P8: sixteen-byte atomics: a release store, a compare-exchange, an acquire load. */
// flags: -mcx16 -latomic
#include "../support/litmus.h"

__extension__ typedef unsigned __int128 wide;
int g_data;
wide g_wide __attribute__((aligned(16)));

static void producer(void)
{
    g_data = 1;
    __atomic_store_n(&g_wide, (wide)1 << 80, __ATOMIC_RELEASE);
    reach(1);
}

static void passer(void)
{
    await(1);
    wide expected = (wide)1 << 80;
    must(__atomic_compare_exchange_n(&g_wide, &expected, 7, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    must(g_data++ == 1);
    reach(2);
}

static void consumer(void)
{
    await(2);
    use((long)__atomic_load_n(&g_wide, __ATOMIC_ACQUIRE));
}

int main(void)
{
    litmus_run3(producer, passer, consumer);
    return 0;
}
