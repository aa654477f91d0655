/* P13: what the parent's threads write after the fork is not the child's memory. */
#include "../support/litmus.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int g_x;
static struct invisible *shared;

static void writer(void)
{
    await(1);
    g_x = 1;
    invisible_reach(shared, 1);
}

int main(void)
{
    shared = (struct invisible *)mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared != MAP_FAILED);
    pthread_t t = spawn(writer);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        invisible_await(shared, 1);
        must(g_x == 0);
        g_x = 2;
        _exit(0);
    }
    reach(1);
    int status;
    must(waitpid(child, &status, 0) == child && status == 0);
    join(t);
    return 0;
}
