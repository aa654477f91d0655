/* P14: a semaphore is posted after it was destroyed. */
// expect: misuse (semaphore)
// expect-location: g_sem
#include "../support/litmus.h"
#include <semaphore.h>

sem_t g_sem;

int main(void)
{
    must(sem_init(&g_sem, 0, 0) == 0);
    must(sem_destroy(&g_sem) == 0);
    sem_post(&g_sem);
    return 0;
}
