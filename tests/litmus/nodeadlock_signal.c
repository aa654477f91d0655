/* All threads wait, but another process sends a signal whose handler posts. */
#include "../support/litmus.h"
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

static sem_t sem;

static void handler(int number)
{
    (void)number;
    sem_post(&sem);
}

int main(void)
{
    must(sem_init(&sem, 0, 0) == 0);
    must(signal(SIGUSR1, handler) != SIG_ERR);
    int tid = invisible_gettid();
    pid_t pid = fork();
    must(pid >= 0);
    if (pid == 0) {
        nanosleep(&(struct timespec){0, 400000000}, NULL);
        kill(tid, SIGUSR1);
        _exit(0);
    }
    while (sem_wait(&sem) != 0)
        must(errno == EINTR);
    return 0;
}
