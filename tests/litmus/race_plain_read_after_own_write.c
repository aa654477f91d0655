/* HB: the writer's later read of its own variable must not hide its write from the other's
 * read. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
    for (int i = 0; i < 10; i++)
        use(g_x);
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
