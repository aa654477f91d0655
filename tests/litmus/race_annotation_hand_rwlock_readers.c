/* Two readers of a hand-made lock are not in order, though they count themselves by atomics: what
 * its implementation does is not looked at. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

#include <stdatomic.h>

int g_x;
static _Atomic int g_readers;

static void read_lock(void)
{
    __tsan_mutex_pre_lock(&g_readers, READ_LOCK);
    atomic_fetch_add(&g_readers, 1);
    __tsan_mutex_post_lock(&g_readers, READ_LOCK, 0);
}

static void read_unlock(void)
{
    __tsan_mutex_pre_unlock(&g_readers, READ_LOCK);
    atomic_fetch_sub(&g_readers, 1);
    __tsan_mutex_post_unlock(&g_readers, READ_LOCK);
}

static void one(void)
{
    read_lock();
    g_x = 1;
    read_unlock();
    reach(1);
}

static void two(void)
{
    await(1);
    read_lock();
    g_x = 2;
    read_unlock();
}

int main(void)
{
    __tsan_mutex_create(&g_readers, READ_REENTRANT);
    litmus_run2(one, two);
    return 0;
}
