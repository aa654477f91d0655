/* G30: what is done after the store is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x;

static void writer(void)
{
    map_store(&g_map, key_number(1), &g_x);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    void *value;
    await(1);
    must(map_load(&g_map, key_number(1), &value));
    use(*(int *)value);
}

int main(void)
{
    run2(writer, reader);
    map_done(&g_map, NULL);
    return 0;
}
