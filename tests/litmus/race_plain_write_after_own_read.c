/* HB: a word that a thread has read in this epoch is not yet a word that it has written. */
// expect-location: g_x
// expect-frame: both
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void reader(void)
{
    use(g_x);
    reach(1);
}

static void both(void)
{
    await(1);
    use(g_x);
    use(g_x);
    g_x = 1;
}

int main(void)
{
    litmus_run2(reader, both);
    return 0;
}
