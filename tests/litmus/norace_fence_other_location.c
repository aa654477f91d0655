/* P8: one acquire fence joins what all earlier loads saw, of whatever location. */
// tsan: fences order nothing
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
    must(atomic_load_explicit(&g_right_flag, memory_order_relaxed) == 1);
    atomic_thread_fence(memory_order_acquire);
    must(g_left == 1 && g_right == 1);
}

int main(void)
{
    litmus_run3(left, right, reader);
    return 0;
}
