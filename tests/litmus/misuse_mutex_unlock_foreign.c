/* P14: a thread unlocks a normal mutex that another one holds. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-frame: locker
// expect-frame: unlocker
// expect-count: 1
#include "../support/litmus.h"

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static void locker(void)
{
    pthread_mutex_lock(&g_lock);
    reach(1);
    await(2);
}

static void unlocker(void)
{
    await(1);
    pthread_mutex_unlock(&g_lock);
    reach(2);
}

int main(void)
{
    litmus_run2(locker, unlocker);
    return 0;
}
