/* P9: an atomic byte and the plain bytes beside it in one word. */
#include "../support/litmus.h"

char g_bytes[8] __attribute__((aligned(8)));

static void atomic_worker(void)
{
    meet(2);
    for (int i = 0; i < 100; i++)
        __atomic_fetch_add(&g_bytes[3], 1, __ATOMIC_RELAXED);
}

static void plain_worker(void)
{
    meet(2);
    for (int i = 0; i < 100; i++) {
        g_bytes[2] = (char)i;
        g_bytes[4] = (char)i;
        use(i);
    }
}

int main(void)
{
    litmus_run2(atomic_worker, plain_worker);
    return 0;
}
