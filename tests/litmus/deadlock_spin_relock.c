/* The only thread spins for itself: misuse, and the end of the run. */
// expect: misuse (spinlock)
// expect: deadlock
// expect-location: g_lock
#include "../support/litmus.h"

pthread_spinlock_t g_lock;

int main(void)
{
    must(pthread_spin_init(&g_lock, PTHREAD_PROCESS_PRIVATE) == 0);
    pthread_spin_lock(&g_lock);
    pthread_spin_lock(&g_lock);
    return 0;
}
