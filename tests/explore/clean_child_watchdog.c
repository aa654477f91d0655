/*
 * A child process has a minute for its work, as tests that run in a process each have: time passes
 * no faster for who waits than for the child. options: --expect-exit=0
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long work;

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
    pid_t child = fork();
    if (child == 0) {
        count(NULL);
        _exit(work == 1000000 ? 3 : 4);
    }
    pthread_create(&thread, NULL, count, NULL);
    pthread_join(thread, NULL);
    alarm(60);
    if (waitpid(child, &status, 0) != child)
        return 1;
    alarm(0);
    return status == 3 << 8 ? 0 : 2;
}
