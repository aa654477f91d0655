/* P12: allocated here, filled there, freed elsewhere: each step ordered by a semaphore. */
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

static sem_t filled;
static sem_t allocated;
static int *block;

static void allocator(void)
{
    block = (int *)malloc(100 * sizeof *block);
    must(block && sem_post(&allocated) == 0);
}

static void filler(void)
{
    must(sem_wait(&allocated) == 0);
    block[50] = 1;
    must(sem_post(&filled) == 0);
}

static void releaser(void)
{
    must(sem_wait(&filled) == 0);
    must(block[50] == 1);
    free(block);
}

int main(void)
{
    must(sem_init(&allocated, 0, 0) == 0 && sem_init(&filled, 0, 0) == 0);
    litmus_run3(allocator, filler, releaser);
    return 0;
}
