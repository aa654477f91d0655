/* G29: a function that panics has been called, too, and what it did is seen. */
#include "golitmus.h"

once g_once;
int g_x;

static void set_up(void)
{
    g_x = 1;
    go_panic("in the middle");
}

static void first(void)
{
    go_attempt {
        once_do(&g_once, set_up);
        must(false);
    }
    go_rescue(p) reach(1);
}

static void second(void)
{
    await(1);
    once_do(&g_once, set_up);
    must(g_x == 1);
}

int main(void)
{
    run2(first, second);
    return 0;
}
