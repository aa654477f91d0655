/* A child has none of its parent's threads. */
// options: thread-leaks=yes
#include "../support/litmus.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int g_tid;

static void leaf(void)
{
    g_tid = invisible_gettid();
}

int main(void)
{
    int status;
    pthread_t thread = spawn(leaf);
    while (invisible_peek(&g_tid) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&g_tid));
    pid_t child = fork();
    if (child == 0)
        exit(0);
    must(waitpid(child, &status, 0) == child && status == 0);
    join(thread);
    return 0;
}
