/* G20: to overwrite a mutex races with its use. */
// expect-location: g_lock
// expect-count: 1
#include "golitmus.h"

mutex g_lock;

static void user(void)
{
    mutex_lock(&g_lock);
    mutex_unlock(&g_lock);
    reach(1);
}

static void writer(void)
{
    await(1);
    g_lock = (mutex){0};
}

int main(void)
{
    run2(user, writer);
    return 0;
}
