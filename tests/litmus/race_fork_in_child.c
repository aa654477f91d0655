/* P13: a race between two threads of the child is found, and counts for the whole run. */
// expect-location: g_x
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;

static void first(void)
{
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        litmus_run2(first, second);
        return 0;
    }
    must(waitpid(child, NULL, 0) == child);
    return 0;
}
