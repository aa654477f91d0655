/* P12: semaphores in freed memory are posted and taken, with and without a wait. */
// expect: heap use-after-free
// expect-frame: posts
// expect-frame: takes
// expect-frame: tries
// expect-frame: make
// expect-count: 3
// tsan: its pthread_once and semaphores do not look whether the memory was freed
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

static NOINLINE sem_t *make(unsigned value)
{
    sem_t *sem = malloc(sizeof *sem);
    must(sem && sem_init(sem, 0, value) == 0);
    free(launder(sem));
    return launder(sem);
}

static NOINLINE void posts(void)
{
    sem_post(make(0));
}

static NOINLINE void takes(void)
{
    sem_wait(make(1));
}

static NOINLINE void tries(void)
{
    sem_trywait(make(1));
}

int main(void)
{
    posts();
    takes();
    tries();
    return 0;
}
