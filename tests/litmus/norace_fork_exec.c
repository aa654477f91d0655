/* P13: fork and exec of another program: quiet, and its exit status is its own. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

static void busy(void)
{
    reach(1);
    await(2);
}

int main(void)
{
    pthread_t t = spawn(busy);
    await(1);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 3", (char *)NULL);
        _exit(127);
    }
    int status;
    must(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3);
    reach(2);
    join(t);
    return 0;
}
