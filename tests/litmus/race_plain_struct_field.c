/* HB: one field of a structure, while the other is properly apart. */
// expect-location: g_pair
// expect-count: 1
#include "../support/litmus.h"

struct pair {
    int left;
    int right;
};
struct pair g_pair;

static void first(void)
{
    g_pair.left = 1;
    g_pair.right = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    use(g_pair.right);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
