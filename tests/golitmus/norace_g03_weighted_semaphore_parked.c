/* G3, G11: one who waits for what is given back. */
#include "golitmus.h"

semaphore g_units = {.size = 1};
int g_x;

static void first(void)
{
    semaphore_acquire(&g_units, 1);
    reach(1);
    await_waiter(&g_units.waiters);
    g_x = 1;
    semaphore_release(&g_units, 1);
}

static void second(void)
{
    await(1);
    semaphore_acquire(&g_units, 1);
    must(g_x == 1);
    semaphore_release(&g_units, 1);
}

int main(void)
{
    run2(first, second);
    return 0;
}
