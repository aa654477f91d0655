/* Who has failed to take it has not taken it. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

int g_x;
static struct hand_lock g_lock;

static void owner(void)
{
    hand_lock(&g_lock);
    g_x = 1;
    reach(1);
    await(2);
    hand_unlock(&g_lock);
}

static void other(void)
{
    await(1);
    __tsan_mutex_pre_lock(&g_lock, TRY_LOCK);
    must(!hand_try(&g_lock));
    __tsan_mutex_post_lock(&g_lock, TRY_LOCK | TRY_LOCK_FAILED, 0);
    g_x = 2;
    reach(2);
}

int main(void)
{
    __tsan_mutex_create(&g_lock, 0);
    litmus_run2(owner, other);
    return 0;
}
