/* A lock that was destroyed and made anew at the same place is another one. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

int g_x;
static struct hand_lock g_lock;

static void one(void)
{
    hand_lock(&g_lock);
    g_x = 1;
    hand_unlock(&g_lock);
    __tsan_mutex_destroy(&g_lock, 0);
    reach(1);
}

static void two(void)
{
    await(1);
    __tsan_mutex_create(&g_lock, 0);
    hand_lock(&g_lock);
    g_x = 2;
    hand_unlock(&g_lock);
}

int main(void)
{
    __tsan_mutex_create(&g_lock, 0);
    litmus_run2(one, two);
    return 0;
}
