/* What a lock does between pre and post is its own affair: also plain accesses, in lock, unlock and
 * signal. */
#include "../support/litmus_annotations.h"

int g_statistics;
static struct hand_lock g_lock;

static void worker(void)
{
    for (int i = 0; i < 10; i++) {
        __tsan_mutex_pre_lock(&g_lock, 0);
        g_statistics++;
        while (!hand_try(&g_lock))
            invisible_yield();
        __tsan_mutex_post_lock(&g_lock, 0, 0);
        __tsan_mutex_pre_unlock(&g_lock, 0);
        hand_release(&g_lock);
        g_statistics++;
        __tsan_mutex_post_unlock(&g_lock, 0);
        __tsan_mutex_pre_signal(&g_lock, 0);
        g_statistics++;
        __tsan_mutex_post_signal(&g_lock, 0);
    }
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
