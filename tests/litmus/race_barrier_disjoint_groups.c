/* P5: one clock a phase: two threads met in the first phase, two others in the second; nothing
 * orders the groups. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
// tsan: one clock for all phases of a barrier
#include "../support/litmus.h"

int g_x;
static pthread_barrier_t barrier;

static void writer(void)
{
    g_x = 1;
    pthread_barrier_wait(&barrier);
    meet(2);
}

static void writers_partner(void)
{
    pthread_barrier_wait(&barrier);
    meet(2);
}

static void reader(void)
{
    await_meeting(2);
    pthread_barrier_wait(&barrier);
    use(g_x);
}

static void readers_partner(void)
{
    await_meeting(2);
    pthread_barrier_wait(&barrier);
}

int main(void)
{
    must(pthread_barrier_init(&barrier, NULL, 2) == 0);
    pthread_t w = spawn(writer);
    pthread_t p = spawn(writers_partner);
    litmus_run2(reader, readers_partner);
    join(w);
    join(p);
    return 0;
}
