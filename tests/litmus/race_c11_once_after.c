/* P7: what follows call_once is not ordered with later callers. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static once_flag once = ONCE_FLAG_INIT;

static void initialise(void)
{
}

static void first(void)
{
    call_once(&once, initialise);
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    call_once(&once, initialise);
    use(g_x);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
