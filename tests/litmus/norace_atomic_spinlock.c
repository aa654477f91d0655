/* P8: a spinlock made of an atomic_flag. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_x;
static atomic_flag lock = ATOMIC_FLAG_INIT;

static void worker(void)
{
    meet(2);
    for (int i = 0; i < 100; i++) {
        while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire))
            invisible_yield();
        g_x++;
        atomic_flag_clear_explicit(&lock, memory_order_release);
    }
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
