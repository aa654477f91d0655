/* HB: two unaligned longs that share exactly one byte. */
// expect-location: g_bytes
// expect-count: 1
#include "../support/litmus.h"

struct __attribute__((packed)) loose {
    long value;
};
char g_bytes[32] __attribute__((aligned(16)));

static void low(void)
{
    ((struct loose *)(g_bytes + 3))->value = 1;
    reach(1);
}

static void high(void)
{
    await(1);
    ((struct loose *)(g_bytes + 10))->value = 1;
}

int main(void)
{
    litmus_run2(low, high);
    return 0;
}
