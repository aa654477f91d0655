/* G3: an attempt that fails orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

semaphore g_units = {.size = 1};
int g_x;

static void first(void)
{
    g_x = 1;
    semaphore_acquire(&g_units, 1);
    semaphore_release(&g_units, 1);
    semaphore_acquire(&g_units, 1);
    reach(1);
    await(2);
    semaphore_release(&g_units, 1);
}

static void second(void)
{
    await(1);
    must(!semaphore_try_acquire(&g_units, 1));
    must(!semaphore_acquire_for(&g_units, 1, us(10)));
    use(g_x);
    reach(2);
}

int main(void)
{
    run2(first, second);
    return 0;
}
