/* P9: a plain read ordered after both of two unordered relaxed stores. */
#include "../support/litmus.h"

int g_x;

static void store(void)
{
    meet(2);
    __atomic_store_n(&g_x, 1, __ATOMIC_RELAXED);
}

int main(void)
{
    litmus_run2(store, store);
    must(g_x == 1);
    return 0;
}
