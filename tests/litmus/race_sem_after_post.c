/* P6: a post carries what came before it only. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
static sem_t units;

static void poster(void)
{
    must(sem_post(&units) == 0);
    g_x = 1;
    reach(1);
}

static void taker(void)
{
    must(sem_wait(&units) == 0);
    await(1);
    use(g_x);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(poster, taker);
    return 0;
}
