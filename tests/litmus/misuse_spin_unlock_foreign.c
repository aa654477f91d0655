/* P14: a spinlock is unlocked by a thread that does not hold it. */
// expect: misuse (spinlock)
// expect-location: g_lock
// expect-frame: locker
// expect-frame: unlocker
#include "../support/litmus.h"

pthread_spinlock_t g_lock;

static void locker(void)
{
    pthread_spin_lock(&g_lock);
    reach(1);
    await(2);
}

static void unlocker(void)
{
    await(1);
    pthread_spin_unlock(&g_lock);
    reach(2);
}

int main(void)
{
    must(pthread_spin_init(&g_lock, PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run2(locker, unlocker);
    must(pthread_spin_destroy(&g_lock) == 0);
    return 0;
}
