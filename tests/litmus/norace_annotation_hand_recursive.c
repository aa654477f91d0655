/* A recursive hand-made lock: only the outermost unlock gives it away; one that is given away with
 * all its levels, and taken back with them, as a wait does. */
#include "../support/litmus_annotations.h"

int g_x;
static struct hand_lock g_lock;

static void again(void)
{
    __tsan_mutex_pre_lock(&g_lock, 0);
    __tsan_mutex_post_lock(&g_lock, 0, 0);
}

static void inner_unlock(void)
{
    __tsan_mutex_pre_unlock(&g_lock, 0);
    __tsan_mutex_post_unlock(&g_lock, 0);
}

static void waits(void)
{
    int levels = __tsan_mutex_pre_unlock(&g_lock, RECURSIVE_UNLOCK);
    must(levels == 2);
    hand_release(&g_lock);
    __tsan_mutex_post_unlock(&g_lock, RECURSIVE_UNLOCK);
    invisible_yield();
    __tsan_mutex_pre_lock(&g_lock, RECURSIVE_LOCK);
    while (!hand_try(&g_lock))
        invisible_yield();
    __tsan_mutex_post_lock(&g_lock, RECURSIVE_LOCK, levels);
}

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        hand_lock(&g_lock);
        again();
        g_x++;
        waits();
        g_x++;
        inner_unlock();
        g_x++;
        hand_unlock(&g_lock);
    }
}

int main(void)
{
    __tsan_mutex_create(&g_lock, WRITE_REENTRANT);
    litmus_run2(worker, worker);
    return 0;
}
