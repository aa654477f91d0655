/* P1: join orders the one who joins, not the one who created. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_t g_writer;

static void writer(void)
{
    g_x = 1;
}

static void joiner(void)
{
    join(g_writer);
    reach(1);
    await(2);
}

int main(void)
{
    g_writer = spawn(writer);
    pthread_t j = spawn(joiner);
    await(1);
    use(g_x);
    reach(2);
    join(j);
    return 0;
}
