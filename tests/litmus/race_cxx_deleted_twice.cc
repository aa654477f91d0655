/* P12: two threads delete the same object. */
// expect: double free
#include "../support/litmus.h"

static int *object;

static void first()
{
    delete static_cast<int *>(launder(object));
    reach(1);
}

static void second()
{
    await(1);
    delete static_cast<int *>(launder(object));
}

int main()
{
    object = new int(3);
    litmus_run2(first, second);
    return 0;
}
