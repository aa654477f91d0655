/* After the outermost unlock it is given away. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

int g_x;
static struct hand_lock g_lock;

static void one(void)
{
    hand_lock(&g_lock);
    __tsan_mutex_pre_lock(&g_lock, 0);
    __tsan_mutex_post_lock(&g_lock, 0, 0);
    __tsan_mutex_pre_unlock(&g_lock, 0);
    __tsan_mutex_post_unlock(&g_lock, 0);
    hand_unlock(&g_lock);
    g_x = 1;
    reach(1);
}

static void two(void)
{
    await(1);
    hand_lock(&g_lock);
    g_x = 2;
    hand_unlock(&g_lock);
}

int main(void)
{
    __tsan_mutex_create(&g_lock, WRITE_REENTRANT);
    litmus_run2(one, two);
    return 0;
}
