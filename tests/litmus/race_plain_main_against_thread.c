/* HB: main is a task like any other. */
// expect-location: g_x
// expect-frame: main
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    use(g_x);
    join(t);
    return 0;
}
