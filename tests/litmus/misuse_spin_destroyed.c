/* P14: a spinlock is locked after it was destroyed. */
// expect: misuse (spinlock)
// expect-location: g_lock
#include "../support/litmus.h"

pthread_spinlock_t g_lock;

int main(void)
{
    must(pthread_spin_init(&g_lock, PTHREAD_PROCESS_PRIVATE) == 0);
    must(pthread_spin_destroy(&g_lock) == 0);
    must(pthread_spin_lock(&g_lock) == 0);
    must(pthread_spin_unlock(&g_lock) == 0);
    return 0;
}
