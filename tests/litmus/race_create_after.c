/* P1: what the creator does after pthread_create is not ordered with the thread. */
// expect-location: g_x
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    pthread_t t = spawn(reader);
    g_x = 1;
    reach(1);
    join(t);
    return 0;
}
