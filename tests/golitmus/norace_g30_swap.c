/* G30: swap and compare-and-swap see what was there. */
#include "golitmus.h"

map g_map;
int g_first, g_second;

static void writer(void)
{
    g_first = 1;
    map_store(&g_map, key_number(1), &g_first);
    reach(1);
}

static void swapper(void)
{
    void *previous;
    await(1);
    g_second = 2;
    must(map_swap(&g_map, key_number(1), &g_second, &previous));
    must(*(int *)previous == 1);
    reach(2);
}

static void comparer(void)
{
    await(2);
    must(map_compare_and_swap(&g_map, key_number(1), &g_second, &g_first));
    must(g_second == 2 && g_first == 1);
}

int main(void)
{
    run3(writer, swapper, comparer);
    map_done(&g_map, NULL);
    return 0;
}
