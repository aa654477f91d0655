/* P1: joining one thread says nothing about another. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
}

static void other(void)
{
    await(1);
}

int main(void)
{
    pthread_t w = spawn(writer);
    join(spawn(other));
    use(g_x);
    join(w);
    return 0;
}
