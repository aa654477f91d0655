/* A child process deadlocks; its parent waits for it. */
// expect: deadlock
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void holder(void)
{
    pthread_mutex_lock(&lock);
    reach(1);
    await(2);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    int status;
    pthread_t thread = spawn(holder);
    await(1);
    pid_t pid = fork();
    must(pid >= 0);
    if (pid == 0) { /* whoever held it is not here */
        pthread_mutex_lock(&lock);
        _exit(0);
    }
    must(waitpid(pid, &status, 0) == pid);
    reach(2);
    join(thread);
    return 0;
}
