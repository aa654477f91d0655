/* Without --thread-leaks. */
#include "../support/litmus.h"

static int g_tid;

static void worker(void)
{
    g_tid = invisible_gettid();
}

int main(void)
{
    spawn(worker);
    while (invisible_peek(&g_tid) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&g_tid));
    return 0;
}
