/* HB: two unaligned longs that touch and share nothing. */
#include "../support/litmus.h"

struct __attribute__((packed)) loose {
    long value;
};
char g_bytes[32] __attribute__((aligned(16)));

static void low(void)
{
    meet(2);
    ((struct loose *)(g_bytes + 3))->value = 1;
}

static void high(void)
{
    meet(2);
    ((struct loose *)(g_bytes + 11))->value = 1;
}

int main(void)
{
    litmus_run2(low, high);
    return 0;
}
