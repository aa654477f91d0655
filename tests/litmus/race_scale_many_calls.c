/* HB: no bounded history: two million calls between the two accesses, and the first one's
 * stack is still complete. */
// expect-location: g_x
// expect-frame: forgotten
// expect-frame: reader
// expect-count: 1
// tsan: bounded history; it may lose the first access
#include "../support/litmus.h"

int g_x;

static NOINLINE void forgotten(void)
{
    g_x = 1;
}

static NOINLINE long step(long i)
{
    __asm__ volatile("");
    return i + 1;
}

static void writer(void)
{
    forgotten();
    for (long i = 0; i < 2000000;)
        i = step(i);
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
