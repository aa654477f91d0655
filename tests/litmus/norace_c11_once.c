/* P7: call_once: the function's end is ordered before every return. */
// tsan: C11 mtx, cnd and call_once are unknown to it
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static once_flag once = ONCE_FLAG_INIT;

static void initialise(void)
{
    g_x = 1;
}

static void first(void)
{
    call_once(&once, initialise);
    reach(1);
}

static void second(void)
{
    await(1);
    call_once(&once, initialise);
    must(g_x == 1);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
