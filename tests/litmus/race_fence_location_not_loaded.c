/* P8: an acquire fence joins only what was loaded: the right flag never was. */
// tsan: fences order nothing: one report too many
// expect-location: g_right
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_left;
int g_right;
atomic_int g_left_flag;
atomic_int g_right_flag;

static void left(void)
{
    g_left = 1;
    atomic_store_explicit(&g_left_flag, 1, memory_order_release);
    meet(2);
}

static void right(void)
{
    g_right = 1;
    atomic_store_explicit(&g_right_flag, 1, memory_order_release);
    meet(2);
}

static void reader(void)
{
    await_meeting(2);
    must(atomic_load_explicit(&g_left_flag, memory_order_relaxed) == 1);
    atomic_thread_fence(memory_order_acquire);
    use(g_left);
    use(g_right);
}

int main(void)
{
    litmus_run3(left, right, reader);
    return 0;
}
