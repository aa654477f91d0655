/* G3: two that hold a unit each. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

semaphore g_units = {.size = 2};
int g_x;

static void first(void)
{
    semaphore_acquire(&g_units, 1);
    g_x = 1;
    reach(1);
    await(2);
    semaphore_release(&g_units, 1);
}

static void second(void)
{
    await(1);
    semaphore_acquire(&g_units, 1);
    use(g_x);
    semaphore_release(&g_units, 1);
    reach(2);
}

int main(void)
{
    run2(first, second);
    return 0;
}
