/* P13: everything before the fork is ordered before the child's first step, other threads'
 * unordered work included: the child's memory is a private copy. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
    await(2);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        must(g_x == 1);
        g_x = 2;
        _exit(0);
    }
    int status;
    must(waitpid(child, &status, 0) == child && status == 0);
    reach(2);
    join(t);
    must(g_x == 1);
    return 0;
}
