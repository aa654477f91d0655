/* HB: a static local is one variable for all threads. */
// expect-location: calls
// expect-frame: count_calls
#include "../support/litmus.h"

static NOINLINE int count_calls(void)
{
    static int calls;
    use(calls);
    return ++calls;
}

static void first(void)
{
    use(count_calls());
    reach(1);
}

static void second(void)
{
    await(1);
    use(count_calls());
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
