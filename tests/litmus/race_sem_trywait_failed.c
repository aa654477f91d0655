/* P6: a trywait that finds no unit orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>
#include <semaphore.h>

int g_x;
static sem_t units;

static void worker(void)
{
    g_x = 1;
    must(sem_post(&units) == 0);
    must(sem_wait(&units) == 0);
    reach(1);
}

static void failing(void)
{
    await(1);
    must(sem_trywait(&units) == -1 && errno == EAGAIN);
    use(g_x);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(worker, failing);
    return 0;
}
