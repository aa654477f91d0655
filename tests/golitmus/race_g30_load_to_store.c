/* G30: a load is not ordered before a later store. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x;

static void reader(void)
{
    g_x = 1;
    must(map_load(&g_map, key_number(1), NULL));
    reach(1);
}

static void writer(void)
{
    await(1);
    map_store(&g_map, key_number(1), &g_x);
    use(g_x);
}

int main(void)
{
    map_store(&g_map, key_number(1), &g_x);
    run2(reader, writer);
    map_done(&g_map, NULL);
    return 0;
}
