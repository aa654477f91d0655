/* All threads wait, for what another process gives them. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
    sem_t *sem = mmap(NULL, sizeof *sem, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(sem != MAP_FAILED && sem_init(sem, 1, 0) == 0);
    pid_t pid = fork();
    must(pid >= 0);
    if (pid == 0) {
        nanosleep(&(struct timespec){0, 400000000}, NULL);
        must(sem_post(sem) == 0);
        _exit(0);
    }
    must(sem_wait(sem) == 0);
    return 0;
}
