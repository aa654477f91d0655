/* P13: parent and child use a shared page; between processes nothing is claimed. */
#include "../support/litmus.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int *page = (int *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(page != MAP_FAILED);
    pid_t child = fork();
    must(child >= 0);
    page[0]++;
    if (child == 0)
        _exit(0);
    must(waitpid(child, NULL, 0) == child);
    page[0]++;
    return 0;
}
