/* A hand-made lock with its annotations; also one that its linker initialised, and its trying. */
#include "../support/litmus_annotations.h"

int g_x, g_y;
static struct hand_lock g_lock, g_tried;

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        hand_lock(&g_lock);
        g_x++;
        hand_unlock(&g_lock);
        __tsan_mutex_pre_lock(&g_tried, TRY_LOCK);
        int taken = hand_try(&g_tried);
        __tsan_mutex_post_lock(&g_tried, taken ? TRY_LOCK : TRY_LOCK | TRY_LOCK_FAILED, 0);
        if (taken) {
            g_y++;
            hand_unlock(&g_tried);
        }
    }
}

int main(void)
{
    __tsan_mutex_create(&g_lock, NOT_STATIC);
    __tsan_mutex_create(&g_tried, LINKER_INIT);
    litmus_run2(worker, worker);
    __tsan_mutex_destroy(&g_lock, 0);
    __tsan_mutex_destroy(&g_tried, LINKER_INIT);
    return 0;
}
