/* HB: copying a structure reads all of it. */
// expect-location: g_big
// expect-frame: copier
// expect-count: 1
#include "../support/litmus.h"

struct big {
    long words[9];
};
struct big g_big;
struct big g_copy;

static void writer(void)
{
    g_big.words[8] = 1;
    reach(1);
}

static void copier(void)
{
    await(1);
    g_copy = g_big;
}

int main(void)
{
    litmus_run2(writer, copier);
    return 0;
}
