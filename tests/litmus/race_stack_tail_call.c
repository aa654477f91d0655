/* HB: the accessing function is in the report although its caller left by a tail call. */
// expect-location: g_x
// expect-frame: landing
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static NOINLINE int landing(int value)
{
    g_x = value;
    return value;
}

static NOINLINE int takeoff(int value)
{
    return landing(value + 1);
}

static void writer(void)
{
    use(takeoff(1));
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
