/* P6: looking at a semaphore's value takes no unit and orders nothing. */
// expect-location: g_x
// expect-count: 1
// tsan: its sem_getvalue acquires
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

static void looker(void)
{
    int value;
    await(1);
    must(sem_getvalue(&units, &value) == 0 && value == 1);
    use(g_x);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(poster, looker);
    return 0;
}
