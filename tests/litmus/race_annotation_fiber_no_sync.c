/* A switch that says that it orders nothing. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

int g_x;

int main(void)
{
    void *own = __tsan_get_current_fiber(), *fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(fiber, 1);
    g_x = 1;
    __tsan_switch_to_fiber(own, 1);
    g_x = 2;
    __tsan_destroy_fiber(fiber);
    return 0;
}
