/* P6: a timedwait that times out orders nothing. */
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
    struct timespec until = deadline(CLOCK_REALTIME, 10);
    must(sem_timedwait(&units, &until) == -1 && errno == ETIMEDOUT);
    use(g_x);
}

int main(void)
{
    must(sem_init(&units, 0, 0) == 0);
    litmus_run2(worker, failing);
    return 0;
}
