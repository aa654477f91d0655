/* HB: assigning a structure writes all of it. */
// expect-location: g_big
// expect-frame: assigner
// expect-count: 1
#include "../support/litmus.h"

struct big {
    long words[9];
};
struct big g_big;
struct big g_source;

static void reader(void)
{
    use(g_big.words[4]);
    reach(1);
}

static void assigner(void)
{
    await(1);
    g_big = g_source;
}

int main(void)
{
    litmus_run2(reader, assigner);
    return 0;
}
