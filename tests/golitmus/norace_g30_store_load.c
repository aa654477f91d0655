/* G30: a store is ordered before the load that finds its value. */
#include "golitmus.h"

map g_map;
int g_x;

static void writer(void)
{
    g_x = 1;
    map_store(&g_map, key_string("answer"), &g_x);
}

static void reader(void)
{
    void *value;
    while (!map_load(&g_map, key_string("answer"), &value))
        go_yield();
    must(*(int *)value == 1);
}

int main(void)
{
    run2(writer, reader);
    map_done(&g_map, NULL);
    return 0;
}
