/* P14: a semaphore that begins below zero. */
// expect: misuse (semaphore)
// expect-location: g_sem
#include "../support/litmus.h"
#include <errno.h>
#include <semaphore.h>

sem_t g_sem;

int main(void)
{
    must(sem_init(&g_sem, 0, (unsigned)-1) == -1 && errno == EINVAL);
    return 0;
}
