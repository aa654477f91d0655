/* P13: threads that fork, and vfork, at the same time do not wait for each other for ever. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

static void leave(pid_t child)
{
    must(child >= 0);
    if (child == 0)
        _exit(0);
    must(waitpid(child, NULL, 0) == child);
}

static void forker(void)
{
    for (int i = 0; i < 10; i++) {
        leave(fork());
        leave(vfork());
    }
}

int main(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        threads[i] = spawn(forker);
    for (int i = 0; i < 4; i++)
        join(threads[i]);
}
