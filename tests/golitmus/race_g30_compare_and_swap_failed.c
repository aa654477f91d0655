/* G30: a compare-and-swap that fails writes nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x;

static void failing(void)
{
    g_x = 1;
    must(!map_compare_and_swap(&g_map, key_number(1), &g_x, &g_x));
    reach(1);
}

static void reader(void)
{
    await(1);
    must(map_load(&g_map, key_number(1), NULL));
    use(g_x);
}

int main(void)
{
    map_store(&g_map, key_number(1), &g_map);
    run2(failing, reader);
    map_done(&g_map, NULL);
    return 0;
}
