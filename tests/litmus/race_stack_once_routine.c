/* HB: accesses of a routine of pthread_once; who called that is in the stack. */
// expect-location: g_x
// expect-frame: make
// expect-frame: user
// expect-frame: outer
#include "../support/litmus.h"

int g_x;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make(void)
{
    g_x++;
}

static NOINLINE void user(void)
{
    await(1);
    pthread_once(&once, make);
    reach(2); /* no tail call */
}

static void writer(void)
{
    g_x = 1;
    reach(1);
}

static void outer(void)
{
    user();
    reach(3);
}

int main(void)
{
    litmus_run2(outer, writer);
    return 0;
}
