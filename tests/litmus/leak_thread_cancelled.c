/* A thread that was cancelled wants to be joined, too. */
// options: thread-leaks=yes
// expect: thread leak
#include "../support/litmus.h"

#include <unistd.h>

static void *worker(void *argument)
{
    invisible_reach((struct invisible *)argument, invisible_gettid());
    for (;;)
        pause();
    return NULL;
}

int main(void)
{
    static struct invisible tid;
    pthread_t thread;
    must(pthread_create(&thread, NULL, worker, &tid) == 0);
    invisible_await(&tid, 1);
    must(pthread_cancel(thread) == 0);
    invisible_await_dead(invisible_peek(&tid));
    return 0;
}
