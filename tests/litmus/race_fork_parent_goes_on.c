/* P13: forking and waiting for the child order nothing between the parent's threads. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0)
        _exit(0);
    must(waitpid(child, NULL, 0) == child);
    use(g_x);
    join(t);
    return 0;
}
