/* P9: a sixteen-byte atomic store and a plain read of its upper half. */
// flags: -mcx16 -latomic
// expect-location: g_wide
// expect-count: 1
// tsan: it takes a 16-byte atomic for an 8-byte one
#include "../support/litmus.h"

__extension__ typedef unsigned __int128 wide;
wide g_wide __attribute__((aligned(16)));

static void producer(void)
{
    __atomic_store_n(&g_wide, (wide)1 << 80, __ATOMIC_RELEASE);
    reach(1);
}

static void consumer(void)
{
    await(1);
    use(((const long *)&g_wide)[1]);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
