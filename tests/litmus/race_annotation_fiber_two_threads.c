/* Two fibers in two threads race as threads do. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

int g_x;

static void one(void)
{
    void *own = __tsan_get_current_fiber(), *fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(fiber, 0);
    g_x = 1;
    __tsan_switch_to_fiber(own, 0);
    __tsan_destroy_fiber(fiber);
    reach(1);
}

static void two(void)
{
    await(1);
    void *own = __tsan_get_current_fiber(), *fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(fiber, 0);
    g_x = 2;
    __tsan_switch_to_fiber(own, 0);
    __tsan_destroy_fiber(fiber);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
