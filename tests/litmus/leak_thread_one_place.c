/* Threads that are leaked at one place are one finding; those of another place another one. */
// options: thread-leaks=yes
// expect: thread leak
// expect-frame: start_many
// expect-frame: start_other
// expect-count: 2
#include "../support/litmus.h"

enum { MANY = 5 };

static struct invisible g_ready;
static int g_tids[MANY + 1];

static void *worker(void *tid)
{
    *(int *)tid = invisible_gettid();
    return tid;
}

static void leak(int i)
{
    pthread_t thread;
    must(pthread_create(&thread, NULL, worker, &g_tids[i]) == 0);
    while (invisible_peek(&g_tids[i]) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&g_tids[i]));
}

NOINLINE void start_many(void)
{
    for (int i = 0; i < MANY; i++)
        leak(i);
    invisible_reach(&g_ready, 1);
}

NOINLINE void start_other(void)
{
    leak(MANY);
    invisible_reach(&g_ready, 2);
}

int main(void)
{
    start_many();
    start_other();
    return 0;
}
