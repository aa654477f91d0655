/* P12: over-aligned new and delete. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: deleter
// expect-count: 1
#include "../support/litmus.h"

struct alignas(256) wide {
    int values[64];
};
static wide *object;

static void user()
{
    object->values[50] = 1;
    reach(1);
}

static void deleter()
{
    await(1);
    delete object;
}

int main()
{
    object = new wide();
    litmus_run2(user, deleter);
    return 0;
}
