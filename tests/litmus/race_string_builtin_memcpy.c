/* P12: the memory functions that the compiler emits or inlines are accesses as well. */
// expect-location: g_block
// expect-count: 1
#include "../support/litmus.h"
#include <string.h>

struct block {
    char bytes[64];
};
struct block g_block;
struct block g_source;

static void reader(void)
{
    use(g_block.bytes[63]);
    reach(1);
}

static void writer(void)
{
    await(1);
    memcpy(&g_block, &g_source, sizeof g_block);
}

int main(void)
{
    litmus_run2(reader, writer);
    return 0;
}
