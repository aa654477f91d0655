/* A std::thread that is never destroyed, and so never joined. */
// options: thread-leaks=yes
// expect: thread leak
// expect-frame: start_one
#include <thread>

#include "../support/litmus.h"

static int tid;

static void worker()
{
    tid = invisible_gettid();
}

NOINLINE void start_one()
{
    launder(new std::thread(worker));
}

int main()
{
    start_one();
    while (invisible_peek(&tid) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&tid));
    return 0;
}
