/* HB: sizes mixed: two bytes first, then the eight that contain them. */
// expect-location: g_both
// expect-count: 1
#include "../support/litmus.h"

union {
    long whole;
    short parts[4];
} g_both;

static void narrow(void)
{
    g_both.parts[3] = 1;
    reach(1);
}

static void wide(void)
{
    await(1);
    use(g_both.whole);
}

int main(void)
{
    litmus_run2(narrow, wide);
    return 0;
}
