/*
 * A child process has a minute for its work, as tests that run in a process each have: the clock
 * does not jump there while it works. options: --expect-exit=0
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long work;
static pid_t child;

static void child_stop(int signal)
{
    (void)signal;
    kill(child, SIGKILL);
}

static void *count(void *unused)
{
    for (int i = 0; i < 1000000; i++)
        work++;
    return unused;
}

int main(void)
{
    pthread_t thread;
    int status = 0;
    signal(SIGALRM, child_stop);
    child = fork();
    if (child == 0) {
        count(NULL);
        _exit(work == 1000000 ? 3 : 4);
    }
    pthread_create(&thread, NULL, count, NULL);
    pthread_join(thread, NULL);
    alarm(60);
    while (waitpid(child, &status, 0) != child) {
    }
    alarm(0);
    return status == 3 << 8 ? 0 : 2;
}
