/* P8: bytes are released one by one and acquired as one word; a word is acquired by its half. */
// tsan: knows a location by its address alone
#include "../support/litmus.h"

int g_x[3];
static union {
    unsigned long whole;
    unsigned int half[2];
    unsigned char byte[8];
} g_flags, g_other;

static void low(void)
{
    g_x[0] = 1;
    __atomic_store_n(&g_flags.byte[3], 1, __ATOMIC_RELEASE);
}

static void high(void)
{
    g_x[1] = 1;
    __atomic_store_n(&g_flags.byte[5], 1, __ATOMIC_RELEASE);
}

static void both(void)
{
    while (__atomic_load_n(&g_flags.whole, __ATOMIC_ACQUIRE) != (1UL << 24 | 1UL << 40))
        invisible_yield();
    use(g_x[0] + g_x[1]);
    g_x[2] = 1;
    __atomic_store_n(&g_other.whole, ~0UL, __ATOMIC_RELEASE);
}

int main(void)
{
    pthread_t threads[] = {spawn(low), spawn(high), spawn(both)};
    while (!__atomic_load_n(&g_other.half[1], __ATOMIC_ACQUIRE))
        invisible_yield();
    use(g_x[0] + g_x[2]);
    for (int i = 0; i < 3; i++)
        join(threads[i]);
    return 0;
}
