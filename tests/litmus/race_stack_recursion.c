/* HB: a race at the bottom of a deep recursion: the stack is right on both sides. */
// expect-location: g_x
// expect-frame: descend
// expect-frame: top
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static NOINLINE int descend(int depth)
{
    if (depth == 0)
        g_x = 1;
    else
        use(descend(depth - 1));
    __asm__ volatile("");
    return depth;
}

static void top(void)
{
    use(descend(2000));
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    litmus_run2(top, reader);
    return 0;
}
