/* HB: a 16-byte access and a byte in its upper half. */
// expect-location: g_wide
// expect-count: 1
#include "../support/litmus.h"

__extension__ typedef unsigned __int128 wide;
wide g_wide;

static void writer(void)
{
    g_wide = (wide)1 << 100;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(((const char *)&g_wide)[12]);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
