/* P15: no cycle of owners: who has the spinlock waits for a unit that the one who spins would post.
 */
// expect: deadlock
// expect-location: g_lock
// expect-location: g_units
// expect-frame: owner
// expect-frame: spinner
// expect-count: 1
#include "../support/litmus.h"
#include <semaphore.h>

pthread_spinlock_t g_lock;
sem_t g_units;

static void owner(void)
{
    pthread_spin_lock(&g_lock);
    reach(1);
    must(sem_wait(&g_units) == 0);
    pthread_spin_unlock(&g_lock);
}

static void spinner(void)
{
    await(1);
    pthread_spin_lock(&g_lock);
    must(sem_post(&g_units) == 0);
    pthread_spin_unlock(&g_lock);
}

int main(void)
{
    must(pthread_spin_init(&g_lock, PTHREAD_PROCESS_PRIVATE) == 0);
    must(sem_init(&g_units, 0, 0) == 0);
    litmus_run2(owner, spinner);
    return 0;
}
