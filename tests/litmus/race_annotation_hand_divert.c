/* A lock that calls the program's code while it waits says so: that code counts. */
// expect-location: g_counted
// expect-count: 1
#include "../support/litmus_annotations.h"

int g_counted, g_not_counted;
static struct hand_lock g_lock;

static void one(void)
{
    g_counted = g_not_counted = 1;
    reach(1);
}

static void two(void)
{
    await(1);
    __tsan_mutex_pre_lock(&g_lock, 0);
    g_not_counted = 2;
    __tsan_mutex_pre_divert(&g_lock, 0);
    g_counted = 2;
    __tsan_mutex_post_divert(&g_lock, 0);
    g_not_counted = 3;
    must(hand_try(&g_lock));
    __tsan_mutex_post_lock(&g_lock, 0, 0);
    hand_unlock(&g_lock);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
