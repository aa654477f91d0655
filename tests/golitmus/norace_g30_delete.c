/* G30: a delete is ordered before the load that misses the key. */
#include "golitmus.h"

map g_map;
int g_x;

static void deleter(void)
{
    g_x = 1;
    map_delete(&g_map, key_number(1));
}

static void reader(void)
{
    while (map_load(&g_map, key_number(1), NULL))
        go_yield();
    must(g_x == 1);
}

int main(void)
{
    map_store(&g_map, key_number(1), &g_x);
    run2(deleter, reader);
    map_done(&g_map, NULL);
    return 0;
}
