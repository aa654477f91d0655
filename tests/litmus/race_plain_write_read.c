/* HB: an earlier write and a later read. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
