/* G30: where a map stores what it has found is the caller's memory, and no map orders it. */
// expect-location: g_found
// expect-count: 1
#include "golitmus.h"

static map values;
void *g_found;

static void first(void)
{
    must(map_load(&values, map_key(7), &g_found));
    reach(1);
}

static void second(void)
{
    await(1);
    must(map_load(&values, map_key(7), &g_found));
}

int main(void)
{
    map_store(&values, map_key(7), &values);
    run2(first, second);
    map_done(&values, NULL);
    return 0;
}
