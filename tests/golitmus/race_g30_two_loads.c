/* G30: two loads of one value are not ordered. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x;

static void first(void)
{
    g_x = 1;
    must(map_load(&g_map, key_number(1), NULL));
    reach(1);
}

static void second(void)
{
    await(1);
    must(map_load(&g_map, key_number(1), NULL));
    use(g_x);
}

int main(void)
{
    map_store(&g_map, key_number(1), &g_map);
    run2(first, second);
    map_done(&g_map, NULL);
    return 0;
}
