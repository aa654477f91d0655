/* HB: a function that has returned is not in the stack of a later access. */
// expect-location: g_x
// expect-frame: writer
// reject-frame: returned
// expect-count: 1
#include "../support/litmus.h"

int g_x;
int g_other;

static NOINLINE void returned(void)
{
    g_other = 1;
}

static void writer(void)
{
    returned();
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
