/* P14: a post beyond SEM_VALUE_MAX. */
// expect: misuse (semaphore)
// expect-location: g_sem
#include "../support/litmus.h"
#include <errno.h>
#include <limits.h>
#include <semaphore.h>

sem_t g_sem;

int main(void)
{
    must(sem_init(&g_sem, 0, SEM_VALUE_MAX) == 0);
    must(sem_post(&g_sem) == -1 && errno == EOVERFLOW);
    return 0;
}
