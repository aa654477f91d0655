/* G30: what range visits was stored before. */
#include "golitmus.h"

map g_map;
int g_parts[4];

static void writer(void)
{
    for (int i = 0; i < 4; i++) {
        g_parts[i] = i;
        map_store(&g_map, key_number((uint64_t)i), &g_parts[i]);
    }
    reach(1);
}

static bool check(rgo_key key, void *value, void *seen)
{
    must(*(int *)value == (int)key.number);
    ++*(int *)seen;
    return true;
}

static void reader(void)
{
    int seen = 0;
    await(1);
    map_range(&g_map, check, &seen);
    must(seen == 4);
}

int main(void)
{
    run2(writer, reader);
    map_done(&g_map, NULL);
    return 0;
}
