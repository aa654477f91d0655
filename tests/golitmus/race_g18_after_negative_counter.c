/* G18: who has recovered from a negative counter is looked at as before. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void first(void)
{
    go_attempt {
        waitgroup_add(&g_group, -1);
        must(false);
    }
    go_rescue(p) {}
    g_x = 1;
}

static void second(void)
{
    g_x = 2;
}

int main(void)
{
    run2(first, second);
    return 0;
}
