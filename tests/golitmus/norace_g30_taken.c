/* G30: who takes a value out has it to itself. */
#include "golitmus.h"

map g_map;
int g_x;

static void giver(void)
{
    g_x = 1;
    map_store(&g_map, key_string("job"), &g_x);
}

static void taker(void)
{
    void *value;
    while (!map_load_and_delete(&g_map, key_string("job"), &value))
        go_yield();
    ++*(int *)value;
}

int main(void)
{
    run2(giver, taker);
    map_done(&g_map, NULL);
    must(g_x == 2);
    return 0;
}
