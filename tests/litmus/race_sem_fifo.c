/* P6: a wait acquires only what its unit carried: the first unit says nothing of the second
 * poster. */
// expect-location: g_second
// expect-frame: second_poster
// expect-frame: taker
// expect-count: 1
// tsan: one clock for all units of a semaphore
#include "../support/litmus.h"
#include <semaphore.h>

int g_second;
static sem_t units;

static void first_poster(void)
{
    must(sem_post(&units) == 0);
    reach(1);
}

static void second_poster(void)
{
    await(1);
    g_second = 1;
    must(sem_post(&units) == 0);
    reach(2);
}

static void taker(void)
{
    await(2);
    must(sem_wait(&units) == 0);
    use(g_second);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run3(first_poster, second_poster, taker);
    return 0;
}
