/* P6: two named semaphores order nothing between them. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

int g_x;
static sem_t *semaphores[2];

static void poster(void)
{
    g_x = 1;
    must(sem_post(semaphores[0]) == 0);
    reach(1);
}

static void taker(void)
{
    await(1);
    must(sem_wait(semaphores[1]) == 0);
    use(g_x);
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "/litmus-pair-%d-%d", (int)getpid(), i);
        semaphores[i] = sem_open(name, O_CREAT, 0600, 1);
        must(semaphores[i] != SEM_FAILED && sem_unlink(name) == 0);
    }
    litmus_run2(poster, taker);
    return 0;
}
