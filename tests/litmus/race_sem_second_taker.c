/* P6: the first unit went to the first taker, so the second taker has not the first poster's
 * work. */
// expect-location: g_first
// expect-frame: first_poster
// expect-frame: second_taker
// expect-count: 1
// tsan: one clock for all units of a semaphore
#include "../support/litmus.h"
#include <semaphore.h>

int g_first;
static sem_t units;

static void first_poster(void)
{
    g_first = 1;
    must(sem_post(&units) == 0);
    reach(1);
}

static void second_poster(void)
{
    await(1);
    must(sem_post(&units) == 0);
    reach(2);
}

static void first_taker(void)
{
    await(2);
    must(sem_wait(&units) == 0);
    reach(3);
}

static void second_taker(void)
{
    await(3);
    must(sem_wait(&units) == 0);
    use(g_first);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    pthread_t a = spawn(first_poster);
    litmus_run3(second_poster, first_taker, second_taker);
    join(a);
    return 0;
}
