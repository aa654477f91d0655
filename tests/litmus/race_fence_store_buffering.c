/* P8: in store buffering with seq_cst fences the one who sees the other's flag unset is ordered
 * by no edge: seq_cst order adds none. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_left;
atomic_int g_right;

static void left(void)
{
    atomic_store_explicit(&g_left, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&g_right, memory_order_relaxed) == 0)
        g_data = 1;
    reach(1);
}

static void right(void)
{
    await(1);
    atomic_store_explicit(&g_right, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    use(g_data);
}

int main(void)
{
    litmus_run2(left, right);
    return 0;
}
