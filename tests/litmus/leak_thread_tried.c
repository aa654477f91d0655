/* A join that failed, because the thread still ran, is none. */
// options: thread-leaks=yes
// expect: thread leak
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"

#include <errno.h>

static int g_tid;

static void worker(void)
{
    g_tid = invisible_gettid();
    await(1);
}

int main(void)
{
    pthread_t thread = spawn(worker);
    must(pthread_tryjoin_np(thread, NULL) == EBUSY);
    reach(1);
    while (invisible_peek(&g_tid) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&g_tid));
    return 0;
}
