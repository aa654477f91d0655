/* P5: what a thread does after the phase is not ordered with the others. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_barrier_t barrier;

static void writer(void)
{
    pthread_barrier_wait(&barrier);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    pthread_barrier_wait(&barrier);
    await(1);
    use(g_x);
}

int main(void)
{
    must(pthread_barrier_init(&barrier, NULL, 2) == 0);
    litmus_run2(writer, reader);
    return 0;
}
