/* P9: an atomic increment and a plain one do not mix. */
// expect-location: g_counter
// expect-frame: atomic_worker
// expect-frame: plain_worker
#include "../support/litmus.h"

int g_counter;

static void atomic_worker(void)
{
    __atomic_fetch_add(&g_counter, 1, __ATOMIC_SEQ_CST);
    reach(1);
}

static void plain_worker(void)
{
    await(1);
    g_counter++;
}

int main(void)
{
    litmus_run2(atomic_worker, plain_worker);
    return 0;
}
