/* P6: successful timedwait and clockwait are waits. */
// tsan: does not know sem_clockwait; may report
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
int g_y;
static sem_t units;

static void poster(void)
{
    g_x = 1;
    must(sem_post(&units) == 0);
    g_y = 1;
    must(sem_post(&units) == 0);
}

static void taker(void)
{
    struct timespec real = deadline(CLOCK_REALTIME, 20000);
    struct timespec monotonic = deadline(CLOCK_MONOTONIC, 20000);
    must(sem_timedwait(&units, &real) == 0);
    must(g_x == 1);
    must(sem_clockwait(&units, CLOCK_MONOTONIC, &monotonic) == 0);
    must(g_y == 1);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(poster, taker);
    return 0;
}
