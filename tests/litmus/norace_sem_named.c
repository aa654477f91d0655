/* P6: a named semaphore, opened twice, is one semaphore. */
#include "../support/litmus.h"
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

int g_x;
static sem_t *mine;
static sem_t *yours;

static void poster(void)
{
    g_x = 1;
    must(sem_post(mine) == 0);
}

static void taker(void)
{
    must(sem_wait(yours) == 0);
    must(g_x == 1);
}

int main(void)
{
    char name[64];
    snprintf(name, sizeof name, "/litmus-named-%d", (int)getpid());
    mine = sem_open(name, O_CREAT, 0600, 0);
    yours = sem_open(name, 0);
    must(mine != SEM_FAILED && yours != SEM_FAILED);
    must(sem_unlink(name) == 0);
    litmus_run2(poster, taker);
    must(sem_close(mine) == 0 && sem_close(yours) == 0);
    return 0;
}
