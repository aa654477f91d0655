/* G26: a lock made of compare-and-swap. */
#include "golitmus.h"

int g_x, g_taken;

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        while (!rgo_atomic_cas(&g_taken, 0, 1))
            go_yield();
        g_x++;
        rgo_atomic_store(&g_taken, 0);
    }
}

int main(void)
{
    run2(worker, worker);
    must(g_x == 40);
    return 0;
}
