/* P6: a post is ordered before the wait that takes its unit. */
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
static sem_t units;

static void poster(void)
{
    g_x = 1;
    must(sem_post(&units) == 0);
}

static void taker(void)
{
    must(sem_wait(&units) == 0);
    must(g_x == 1);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(poster, taker);
    must(sem_destroy(&units) == 0);
    return 0;
}
