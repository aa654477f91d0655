/* P13: vfork and exec; the child borrows the parent's memory and says nothing. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status;
    pid_t child = vfork();
    must(child >= 0);
    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    must(waitpid(child, &status, 0) == child && status == 0);
    return 0;
}
