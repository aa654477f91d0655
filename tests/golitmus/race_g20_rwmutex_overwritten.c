/* G20: so it is with an rwmutex, also when it is used for reading. */
// expect-location: g_lock
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;

static void writer(void)
{
    g_lock = (rwmutex){0};
    reach(1);
}

static void user(void)
{
    await(1);
    rwmutex_rlock(&g_lock);
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run2(writer, user);
    return 0;
}
