/* P15: spinlocks in a cycle, and main joins: whoever waits spins, but it is the end all the same.
 */
// expect: deadlock
// expect-location: g_a
// expect-location: g_b
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"

pthread_spinlock_t g_a, g_b;

static void first(void)
{
    pthread_spin_lock(&g_a);
    meet(2);
    pthread_spin_lock(&g_b);
}

static void second(void)
{
    pthread_spin_lock(&g_b);
    meet(2);
    pthread_spin_lock(&g_a);
}

int main(void)
{
    must(pthread_spin_init(&g_a, PTHREAD_PROCESS_PRIVATE) == 0);
    must(pthread_spin_init(&g_b, PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run2(first, second);
    return 0;
}
