/* P13: the child keeps the forking task's identity and its locks, and unlocks them. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void worker(void)
{
    pthread_mutex_lock(&lock);
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    pthread_mutex_lock(&lock);
    pid_t child = fork();
    must(child >= 0);
    g_x++;
    pthread_mutex_unlock(&lock);
    join(spawn(worker));
    if (child == 0)
        _exit(0);
    int status;
    must(waitpid(child, &status, 0) == child && status == 0);
    return 0;
}
