/* P9: atomics do not race with atomics, however relaxed. */
#include "../support/litmus.h"
#include <stdatomic.h>

atomic_long g_counter;

static void worker(void)
{
    meet(3);
    for (int i = 0; i < 1000; i++) {
        atomic_fetch_add_explicit(&g_counter, 1, memory_order_relaxed);
        use(atomic_load_explicit(&g_counter, memory_order_relaxed));
    }
}

int main(void)
{
    litmus_run3(worker, worker, worker);
    must(g_counter == 3000);
    return 0;
}
