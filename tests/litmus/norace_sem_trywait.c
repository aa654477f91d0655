/* P6: a successful trywait is a wait. */
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
static sem_t units;

static void poster(void)
{
    g_x = 1;
    must(sem_post(&units) == 0);
    reach(1);
}

static void taker(void)
{
    await(1);
    must(sem_trywait(&units) == 0);
    must(g_x == 1);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(poster, taker);
    return 0;
}
