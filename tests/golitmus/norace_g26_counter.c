/* G26: atomic accesses of one variable do not race. */
#include "golitmus.h"

long g_counter;

static void worker(void)
{
    for (int i = 0; i < 20; i++)
        rgo_atomic_add(&g_counter, 1);
    use(rgo_atomic_load(&g_counter));
}

int main(void)
{
    run3(worker, worker, worker);
    must(g_counter == 60);
    return 0;
}
