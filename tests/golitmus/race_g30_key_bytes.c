/* G30: the bytes of a key are read by the call that gets it. */
// expect-location: g_key
// expect-count: 1
#include "golitmus.h"

static map values;
char g_key[8] = "key";

static void storer(void)
{
    map_store(&values, key_bytes(g_key, 3), NULL);
    reach(1);
}

static void changer(void)
{
    await(1);
    g_key[0] = 'K';
}

int main(void)
{
    run2(storer, changer);
    map_done(&values, NULL);
    return 0;
}
