/* C11's threads, at the end by _exit. */
// options: thread-leaks=yes
// expect: thread leak
// expect-frame: main
// tsan: C11 threads are unknown to it; thrd_create ends in a failed check
#include "../support/litmus.h"

#include <threads.h>
#include <unistd.h>

static int g_tid;

static int worker(void *argument)
{
    (void)argument;
    g_tid = invisible_gettid();
    return 0;
}

int main(void)
{
    thrd_t thread;
    must(thrd_create(&thread, worker, NULL) == thrd_success);
    while (invisible_peek(&g_tid) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&g_tid));
    _exit(0);
}
