/* G30: who finds the second value is not ordered after the store of the first, which it did
 * not observe. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x, g_y;

static void first(void)
{
    g_x = 1;
    map_store(&g_map, key_number(1), &g_x);
    reach(1);
}

static void second(void)
{
    await(1);
    map_store(&g_map, key_number(1), &g_y);
    reach(2);
}

static void reader(void)
{
    void *value;
    await(2);
    must(map_load(&g_map, key_number(1), &value) && value == &g_y);
    use(g_x);
}

int main(void)
{
    run3(first, second, reader);
    map_done(&g_map, NULL);
    return 0;
}
