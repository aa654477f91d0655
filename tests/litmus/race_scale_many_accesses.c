/* HB: no eviction: 200,000 other words written between the two accesses. */
// expect-location: g_x
// expect-frame: forgotten
// expect-frame: reader
// expect-count: 1
// tsan: bounded history; it may lose the first access
#include "../support/litmus.h"

enum { WORDS = 200000 };
int g_x;
int g_other[WORDS];

static NOINLINE void forgotten(void)
{
    g_x = 1;
}

static void writer(void)
{
    forgotten();
    for (int i = 0; i < WORDS; i++)
        g_other[i] = i;
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
