/* G30: the map guards itself, not what its values point to. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

map g_map;
int g_x;

static void worker(void)
{
    void *value;
    must(map_load(&g_map, key_number(1), &value));
    *(int *)value = 1;
}

int main(void)
{
    map_store(&g_map, key_number(1), &g_x);
    run2(worker, worker);
    map_done(&g_map, NULL);
    return 0;
}
