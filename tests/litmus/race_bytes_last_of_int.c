/* HB: an int against its last byte. */
// expect-location: g_int
// expect-count: 1
#include "../support/litmus.h"

int g_int;

static void whole(void)
{
    g_int = 0x01020304;
    reach(1);
}

static void last_byte(void)
{
    await(1);
    use(((const char *)&g_int)[3]);
}

int main(void)
{
    litmus_run2(whole, last_byte);
    return 0;
}
