/* P6: two takers of the initial units are not ordered with each other. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
static sem_t units;

static void first(void)
{
    must(sem_wait(&units) == 0);
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    must(sem_wait(&units) == 0);
    use(g_x);
}

int main(void)
{
    must(sem_init(&units, 0, 2) == 0);
    litmus_run2(first, second);
    return 0;
}
