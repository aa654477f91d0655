/* HB: an access by a destructor that runs while an exception unwinds the stack. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;

struct guard {
    ~guard()
    {
        g_x = 1;
    }
};

static NOINLINE void thrower()
{
    guard g;
    throw 42;
}

static void writer()
{
    try {
        thrower();
    } catch (int) {
    }
    reach(1);
}

static void reader()
{
    await(1);
    use(g_x);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
