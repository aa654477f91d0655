/* HB: the first race does not end the hunt: two variables, two findings. */
// expect-location: g_first
// expect-location: g_second
// expect-count: 2
#include "../support/litmus.h"

int g_first;
int g_second;

static NOINLINE void touch_first(void)
{
    g_first = 1;
}

static NOINLINE void touch_second(void)
{
    g_second = 1;
}

static void writer(void)
{
    touch_first();
    touch_second();
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_first);
    use(g_second);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
