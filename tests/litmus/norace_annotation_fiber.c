/* Fibers of one thread: a switch puts them in order; a fiber that goes on in another thread, after
 * a switch there that something else has put in order. */
#include "../support/litmus_annotations.h"

int g_x;
static void *g_fiber;

static void other_thread(void)
{
    void *own = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(g_fiber, 0);
    g_x++;
    __tsan_switch_to_fiber(own, 0);
    g_x++;
}

int main(void)
{
    void *own = __tsan_get_current_fiber();
    must(own != NULL);
    g_fiber = __tsan_create_fiber(0);
    __tsan_set_fiber_name(g_fiber, "worker");
    g_x++;
    __tsan_switch_to_fiber(g_fiber, 0);
    must(__tsan_get_current_fiber() == g_fiber);
    g_x++;
    __tsan_switch_to_fiber(own, 0);
    g_x++;
    join(spawn(other_thread));
    g_x++;
    __tsan_destroy_fiber(g_fiber);
    return 0;
}
