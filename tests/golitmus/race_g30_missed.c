/* G30: a load that misses a key that never was orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x;

static void writer(void)
{
    g_x = 1;
    map_store(&g_map, key_number(1), &g_x);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(!map_load(&g_map, key_number(2), NULL));
    use(g_x);
}

int main(void)
{
    run2(writer, reader);
    map_done(&g_map, NULL);
    return 0;
}
