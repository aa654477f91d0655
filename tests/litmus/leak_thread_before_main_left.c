/* A thread that ended while main could have joined it is leaked, though main leaves by
 * pthread_exit; one that goes on after main is not. */
// options: thread-leaks=yes
// expect: thread leak
// expect-frame: start_first
// reject-frame: start_second
// expect-count: 1
#include "../support/litmus.h"

static int g_first;

static void first(void)
{
    g_first = invisible_gettid();
    reach(1);
}

static void second(void)
{
    await(2);
    must(pthread_join((pthread_t)take_box(void), NULL) == 0);
}

NOINLINE void start_first(void)
{
    spawn(first);
    await(1);
}

NOINLINE void start_second(void)
{
    spawn(second);
}

int main(void)
{
    start_first();
    invisible_await_dead(invisible_peek(&g_first));
    start_second();
    send_box((void *)pthread_self());
    reach(2);
    pthread_exit(NULL);
}
