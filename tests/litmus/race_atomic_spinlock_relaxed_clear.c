/* P8: a spinlock that unlocks relaxed protects nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_x;
static atomic_flag lock = ATOMIC_FLAG_INIT;

static void writer(void)
{
    must(!atomic_flag_test_and_set_explicit(&lock, memory_order_acquire));
    g_x = 1;
    atomic_flag_clear_explicit(&lock, memory_order_relaxed);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(!atomic_flag_test_and_set_explicit(&lock, memory_order_acquire));
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
