/* P13: in the child the forking task races with a thread that the child created. */
// expect-location: g_x
// expect-frame: writer
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
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        pthread_t t = spawn(writer);
        await(1);
        use(g_x);
        join(t);
        return 0;
    }
    must(waitpid(child, NULL, 0) == child);
    return 0;
}
