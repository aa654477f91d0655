/* P13: a thread that is not main forks; in the child it is the only one. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;

static void sibling(void)
{
    g_x = 1;
    reach(1);
    await(2);
}

static void forking(void)
{
    await(1);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        g_x = 2;
        _exit(0);
    }
    int status;
    must(waitpid(child, &status, 0) == child && status == 0);
    reach(2);
}

int main(void)
{
    litmus_run2(sibling, forking);
    return 0;
}
