/* HB: an earlier read and a later write. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void reader(void)
{
    use(g_x);
    reach(1);
}

static void writer(void)
{
    await(1);
    g_x = 1;
}

int main(void)
{
    litmus_run2(reader, writer);
    return 0;
}
