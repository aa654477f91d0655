/* P7: a change after the construction is not covered by the guard. */
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"

struct object {
    int value;
    explicit object(int v) : value(v)
    {
    }
};
int g_seed = 41;

static NOINLINE object &instance()
{
    static object the_object(g_seed + 1);
    return the_object;
}

static void first()
{
    instance().value = 43;
    reach(1);
}

static void second()
{
    await(1);
    use(instance().value);
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
