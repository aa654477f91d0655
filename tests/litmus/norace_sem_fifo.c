/* P6: units are taken in the order of the posts: two waits have both, the first the first. */
#include "../support/litmus.h"
#include <semaphore.h>

int g_first;
int g_second;
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
    g_second = 1;
    must(sem_post(&units) == 0);
    reach(2);
}

static void taker(void)
{
    await(2);
    must(sem_wait(&units) == 0);
    must(g_first == 1);
    must(sem_wait(&units) == 0);
    must(g_second == 1);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run3(first_poster, second_poster, taker);
    return 0;
}
