/* P6: units present at init carry the initialiser's clock. */
// tsan: sem_init orders nothing
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
static sem_t units;

static void initialiser(void)
{
    g_x = 1;
    must(sem_init(&units, 0, 1) == 0);
    reach(1);
}

static void taker(void)
{
    await(1);
    must(sem_wait(&units) == 0);
    must(g_x == 1);
}

int main(void)
{
    litmus_run2(initialiser, taker);
    return 0;
}
