/* A thread has ended when the program does, and nobody has joined or detached it. */
// options: thread-leaks=yes
// expect: thread leak
// expect-frame: start_one
// expect-count: 1
#include "../support/litmus.h"

static int g_tid;

static void worker(void)
{
    g_tid = invisible_gettid();
    reach(1);
}

NOINLINE void start_one(void)
{
    spawn(worker);
    await(1);
}

int main(void)
{
    start_one();
    invisible_await_dead(invisible_peek(&g_tid));
    return 0;
}
