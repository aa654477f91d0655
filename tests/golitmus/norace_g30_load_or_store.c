/* G30: whoever comes second gets what the first one made. */
#include "golitmus.h"

map g_map;
int g_parts[3];

static void worker(void)
{
    static int counter;
    int *mine = &g_parts[rgo_atomic_add(&counter, 1) - 1];
    void *value;
    *mine = 7;
    map_load_or_store(&g_map, key_number(1), mine, &value);
    must(*(int *)value == 7);
}

int main(void)
{
    run3(worker, worker, worker);
    map_done(&g_map, NULL);
    return 0;
}
