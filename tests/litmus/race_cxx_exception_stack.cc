/* HB: functions left by an exception are not in the stack of a later access. */
// expect-location: g_x
// expect-frame: writer
// reject-frame: thrower
// expect-count: 1
#include "../support/litmus.h"

int g_x;
int g_other;

static NOINLINE void thrower(int depth)
{
    g_other = depth;
    if (depth == 0)
        throw 42;
    thrower(depth - 1);
    __asm__ volatile("");
}

static void writer()
{
    for (int i = 0; i < 100; i++) {
        try {
            thrower(10);
        } catch (int) {
        }
    }
    g_x = 1;
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
